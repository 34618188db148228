import { DeployError, failureOf } from '../errors.ts';
import type { Command, CommandResult, Ports } from '../ports.ts';
import { formatImageReference, type ImageReference } from '../values/image.ts';
import type { Waiting } from './waiting.ts';

/** BuildKit itself waits for an answer for ever. */
export const QUIET_SECONDS = 45;
const PROBE_TIMEOUT_SECONDS = 20;
/** Not even a registry that answers others may keep a build longer. */
const LONGEST_TRANSFER_SECONDS = 1800;

/** What became of a build. */
export type Executed = CommandResult & {
  /** It was stopped, for nothing but a registry was waited for, and no answer came. */
  readonly stuck?: Waiting | undefined;
  /** The progress that each try has printed, the last of them too. */
  readonly tries: readonly string[];
};

/** Whether a build that has been quiet for so long waits for an answer that will not come. Layers may be on their way: the registry is asked something else. */
export async function isWithoutAnswer(
  waiting: Waiting | undefined,
  { tool, env, args }: Command,
  quietSeconds: number,
  { exec }: Pick<Ports, 'exec'>,
): Promise<boolean> {
  if (waiting === undefined || !('hasLayers' in waiting) || !waiting.hasLayers) {
    return waiting !== undefined;
  }
  if (quietSeconds >= LONGEST_TRANSFER_SECONDS) {
    return true;
  }
  const probes = destinationsIn(args, waiting.kind).map((reference) =>
    exec.run({ tool, env, args: ['imagetools', 'inspect', '--raw', reference], timeoutSeconds: PROBE_TIMEOUT_SECONDS }),
  );
  return (await Promise.all(probes)).some(({ timedOut }) => timedOut);
}

/** A build that was stopped because a registry gave no answer. */
export function stuckFailure(waiting: Waiting, image: ImageReference, dockerfile: string): DeployError {
  const silence = `no answer for ${QUIET_SECONDS} s`;
  switch (waiting.kind) {
    case 'base': {
      const name = waiting.reference === undefined ? 'A base image' : `The base image ${waiting.reference}`;
      const message = `${name} could not be fetched: ${silence}`;
      const hint = 'Its registry may be busy or out of reach; run the job again.';
      return failureOf('build-failed', [{ file: dockerfile, message, hint }], '');
    }
    case 'cache-import':
    case 'cache-export':
      return new DeployError('push-refused', `The registry of the cache gave ${silence}`, {
        hint: 'Leave the cache out (cache: off), or name one that answers.',
      });
    case 'push':
      return new DeployError('push-refused', `The registry did not take ${formatImageReference(image)}: ${silence}`, {
        hint: 'The registry may be out of order. Run the job again when it answers.',
      });
  }
}

/** What a command of buildx pushes to: the repositories of its image, or those of its cache. */
function destinationsIn(args: readonly string[], kind: 'push' | 'cache-export'): readonly string[] {
  const references = args.flatMap((arg, index) => {
    const isCache = args[index - 1] === '--cache-to' || /^[^=]+\.cache-to\+?=/.test(arg);
    if (kind === 'cache-export') {
      return isCache ? (/\bref=([^,"]+)/.exec(arg)?.[1] ?? []) : [];
    }
    return args[index - 1] === '--tag' ? arg : (/\btype=image,"?name=([^,"]+)/.exec(arg)?.[1] ?? []);
  });
  return [...new Set(references)];
}
