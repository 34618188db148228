import { DeployError } from '../errors.ts';
import type { Buildx } from '../values/builder.ts';
import { formatImageReference, type ImageReference } from '../values/image.ts';
import { jittered } from '../values/jitter.ts';
import { inShort, registryAnswer } from '../registry/answers.ts';
import { lastError } from '../registry/last-error.ts';
import { findExisting, refusal, type Existing } from './existing.ts';
import type { ImageConfig } from '../registry/inspect.ts';
import { tagCommand } from '../registry/tag-command.ts';
import { giveTags, referencesOf } from './extra-tags.ts';
import { MOST_SILENCES, type PatientPorts } from '../registry/patience.ts';
import type { BuildInputs } from './record.ts';
import { tagTaken, unanswered, unconfirmed } from './taken.ts';

const PAUSES_SECONDS = [1, 4] as const;
const LONGEST_WAIT_MILLISECONDS = 1000;
/** A registry of several machines may need a moment until all of them know a new tag. */
const CONFIRM_PAUSES_SECONDS = [0.2, 0.5, 1, 2] as const;

/** A digest that is in the registry, and the tags that it is to have. */
export type Unsettled = {
  /** Repository and the tag of the commit. */
  readonly image: ImageReference;
  readonly sha: string;
  readonly digest: string;
  /** Names of further tags, which may move. */
  readonly tags: readonly string[];
  readonly inputs: BuildInputs;
};

export type Settled = {
  /** With tag and digest. */
  readonly image: ImageReference;
  readonly how: 'built' | 'raced';
  /** References of the further tags. */
  readonly tags: readonly string[];
  /** Undefined when it has no record of what it was built from. */
  readonly config: ImageConfig | undefined;
};

/**
 * Gives a digest its tags; a tag of the commit that is there already is never moved. Throws `tag-taken`, `push-refused`, or
 * `digest-mismatch` when the registry names another digest in the end.
 */
export async function settleTags(unsettled: Unsettled, buildx: Buildx, ports: PatientPorts): Promise<Settled> {
  const { image, sha, inputs, digest, tags } = unsettled;
  const look = async (): Promise<Existing> => findExisting(image, sha, inputs, buildx, ports);
  const wanted = [formatImageReference({ ...image, digest: undefined }), ...referencesOf(image, tags)];
  const command = tagCommand(image, digest, wanted, buildx);
  const taking = async (there: Existing): Promise<Settled> => {
    const taken = accepted(there, unsettled);
    return { ...taken, tags: await giveTags(image, taken.image.digest, tags, buildx, ports) };
  };
  let silences = 0;
  for (const pauseSeconds of [...PAUSES_SECONDS, undefined]) {
    // Each try begins with a look: the one before may have been heard although its answer was lost.
    const began = ports.clock.elapsed();
    const there = await look();
    if (there.kind !== 'missing') {
      return taking(there);
    }
    ports.assertNotCancelled();
    ports.notify({ kind: 'running', command });
    const result = await ports.exec.run(command);
    if (result.exitCode === 0) {
      // No registry compares before it writes. Whoever looked before our tag was there has written his own after as much time again: then both see his.
      await ports.clock.sleep(Math.min(ports.clock.elapsed() - began, LONGEST_WAIT_MILLISECONDS));
      const confirmed = accepted(await confirm(look, ports), unsettled, true);
      const isOurs = confirmed.how === 'built';
      return isOurs ? { ...confirmed, tags: referencesOf(image, tags) } : taking(await look());
    }
    silences += result.timedOut ? 1 : 0;
    const words = result.timedOut ? `no answer within ${command.timeoutSeconds} s` : lastError(result.stderr);
    if (
      pauseSeconds === undefined ||
      silences === MOST_SILENCES ||
      (!result.timedOut && registryAnswer(words) !== 'passing')
    ) {
      // Somebody may have been quicker, and a registry with immutable tags says no more than "400 Bad Request".
      const after = await look();
      if (after.kind === 'missing' || after.kind === 'unknown') {
        throw registryAnswer(words) === 'refused' ? refusal(image, words) : notTaken(image, words);
      }
      return taking(after);
    }
    ports.notify({
      kind: 'warning',
      text: `The registry did not take ${wanted[0]} (${inShort(words)}); looking again`,
    });
    await ports.clock.sleep(jittered(pauseSeconds * 1000, ports.clock.random()));
  }
  throw new Error('there is always a last try');
}

async function confirm(look: () => Promise<Existing>, ports: PatientPorts): Promise<Existing> {
  for (const pauseSeconds of CONFIRM_PAUSES_SECONDS) {
    const there = await look();
    if (there.kind !== 'missing') {
      return there;
    }
    await ports.clock.sleep(jittered(pauseSeconds * 1000, ports.clock.random()));
  }
  return look();
}

type Accepted = Pick<Settled, 'how' | 'config'> & { readonly image: ImageReference & { readonly digest: string } };

/** What stands under the tag, when it is ours or as good as ours. */
function accepted(there: Existing, { image, digest }: Unsettled, isWritten = false): Accepted {
  if (there.kind === 'unknown' || there.kind === 'missing') {
    const why = there.kind === 'unknown' ? there.why : 'not found';
    throw isWritten ? unconfirmed(image, why) : unanswered(image, why);
  }
  const config = there.kind === 'same' ? there.config : undefined;
  if (there.digest === digest || there.kind === 'same') {
    return { image: { ...image, digest: there.digest }, how: there.digest === digest ? 'built' : 'raced', config };
  }
  if (isWritten) {
    throw new DeployError(
      'digest-mismatch',
      `The build made ${digest}, but the registry has ${there.digest} as ${formatImageReference(image)}`,
      { hint: 'Somebody else pushed the same tag at the same moment; run the job again.' },
    );
  }
  throw tagTaken(image, there);
}

function notTaken(image: ImageReference, words: string): DeployError {
  return new DeployError(
    'push-refused',
    `The registry did not take ${formatImageReference(image)}: ${inShort(words)}`,
    {
      hint: 'The registry may be read-only or out of order. Run the job again: what was built is found in the cache.',
    },
  );
}
