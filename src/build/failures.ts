import { DeployError, failureOf } from '../errors.ts';
import type { CommandResult } from '../ports.ts';
import { formatImageReference, type ImageReference } from '../values/image.ts';
import { inShort, registryAnswer } from '../registry/answers.ts';
import { lastError } from '../registry/last-error.ts';
import { refusal } from './existing.ts';
import { failedPart } from './failed-part.ts';
import { baseFailure, helperFailure, PRIVATE, TRUST } from './pull-failure.ts';
import { instructionAt, placeOfFailure, stepFailure, type FailedPlace } from './failed-step.ts';
import { stuckFailure, type Executed } from './stuck.ts';

/** What a build is told apart by when it fails. `dockerfile` is relative to the workspace. */
export type FailedBuild = {
  readonly result: Omit<Executed, 'tries'>;
  readonly image: ImageReference;
  readonly dockerfile: string;
};

const NO_SPACE = /no space left/i;
const LESS_ABLE = /(?:not supported|not implemented) for (?:the )?docker driver/i;
const NO_BUILDER =
  /no builder "[^"]*" found|failed to connect to the docker API|Cannot connect to the Docker daemon|failed to list workers|failed to dial|error during connect/i;

/** A registry that is given a layer with the image and with its cache at once may find it unreadable for a moment (distribution 2.8, its storage in files). */
const MIXED_UP = /provided digest did not match uploaded content/;

/** Whether a build may get through at the next try: a registry was busy or a connection broke. A step that failed never does. */
export function isPassing({ stderr, timedOut }: CommandResult): boolean {
  const words = lastError(stderr);
  const { kind } = failedPart(stderr, words);
  const isTryable = kind !== 'step' && kind !== 'other';
  return !timedOut && isTryable && (registryAnswer(words) === 'passing' || MIXED_UP.test(words));
}

/** Whether the registry refused a tag because it has it already, or lets none be moved. */
export function isTakenTag({ stderr }: CommandResult): boolean {
  const words = lastError(stderr);
  return failedPart(stderr, words).kind === 'push' && registryAnswer(words) === 'taken';
}

/** Non-zero is always a failure; what buildx printed only makes the message better. */
export function buildFailure(failed: FailedBuild): DeployError {
  const { result, image, dockerfile } = failed;
  if (result.stuck !== undefined) {
    return stuckFailure(result.stuck, image, dockerfile);
  }
  const words = wordsOf(result);
  const place = placeOfFailure(result.stderr, dockerfile);
  const part = failedPart(result.stderr, words);
  switch (part.kind) {
    case 'step':
      return failedStep(result.stderr, words, place);
    case 'push':
      return pushFailure(words, image);
    case 'cache':
      return new DeployError('push-refused', `The cache was not taken: ${inShort(words)}`, {
        hint: 'With "ignore-error=true" in the input cache-to a cache that cannot be written does not fail the build.',
      });
    case 'base':
      return baseFailure(part.reference, words, place);
    case 'helper':
      return helperFailure(part.reference, words, place);
    case 'other':
      return otherFailure(failed, words, place);
  }
}

function failedStep(stderr: string, words: string, place: FailedPlace): DeployError {
  const { problem, output } = stepFailure(stderr, words, place);
  const noSpace = output.split('\n').find((line) => NO_SPACE.test(line));
  return noSpace === undefined
    ? failureOf('build-failed', [problem], '')
    : diskFull(`${instructionAt(stderr) ?? 'a step of the build'} says "${noSpace.replace(/^\d+\.\d+ /, '')}"`);
}

function otherFailure({ result, dockerfile }: FailedBuild, words: string, place: FailedPlace): DeployError {
  if (NO_SPACE.test(words)) {
    return diskFull(words);
  }
  if (LESS_ABLE.test(words) || NO_BUILDER.test(words)) {
    return builderFailure(words);
  }
  const [, stage] = /target stage "([^"]*)" could not be found/.exec(words) ?? [];
  if (stage !== undefined) {
    return new DeployError('build-failed', `${dockerfile} has no stage "${stage}"`, {
      hint: 'Stages are named by "FROM … AS name". Check the inputs target and cache-stages.',
    });
  }
  const [, missing] = /failed to calculate checksum of ref \S+: "([^"]*)": not found/.exec(words) ?? [];
  if (missing !== undefined) {
    const message = `${instructionAt(result.stderr) ?? 'An instruction'} needs ${missing}, which is not there`;
    const hint =
      'Paths are relative to the build context (input context) or to the stage that is copied from; .dockerignore may leave it out.';
    return failureOf('build-failed', [{ ...place, message, hint }], '');
  }
  const hint = result.exitCode === 137 ? 'It was killed, as happens when the memory is used up.' : undefined;
  return failureOf('build-failed', [{ ...place, message: `The image was not built: ${words}`, hint: hint ?? LOG }], '');
}

const LOG = 'What the build printed is in the log of the phase Build.';

function pushFailure(words: string, image: ImageReference): DeployError {
  if (registryAnswer(words) === 'refused') {
    return refusal(image, words);
  }
  const hint = PRIVATE.test(words)
    ? TRUST
    : NO_SPACE.test(words)
      ? 'The registry has no space left.'
      : 'The registry may be read-only, full or out of order. Run the job again: what was built is found in the cache.';
  const message = `The registry did not take ${formatImageReference(image)}: ${inShort(words)}`;
  return new DeployError('push-refused', message, { hint });
}

function diskFull(words: string): DeployError {
  return new DeployError('disk-full', `The builder has no space left: ${words}`, {
    hint: 'Free space where BuildKit keeps its layers ("docker buildx prune", "docker system prune"), give it a larger disk, or build on another one with the input builder.',
  });
}

function builderFailure(words: string): DeployError {
  if (LESS_ABLE.test(words)) {
    return new DeployError('builder-unavailable', `The builder cannot do this: ${words}`, {
      hint: 'Use "builder: container", which can, or turn on the containerd image store of the docker engine.',
    });
  }
  return new DeployError('builder-unavailable', `The builder does not answer: ${words}`, {
    hint: 'Check the input builder, and that the engine behind it runs and may be used by the job.',
  });
}

function wordsOf({ stderr, exitCode, timedOut }: CommandResult): string {
  return timedOut ? 'it took too long' : lastError(stderr) || `buildx ended with exit code ${exitCode}`;
}
