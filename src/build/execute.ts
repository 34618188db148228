import type { Command, CommandResult, Ports } from '../ports.ts';
import { inShort } from '../registry/answers.ts';
import { lastError } from '../registry/last-error.ts';
import { isPassing } from './failures.ts';
import { runPatiently } from '../registry/patience.ts';
import { isWithoutAnswer, QUIET_SECONDS, type Executed } from './stuck.ts';
import { trackWaiting, type Waiting } from './waiting.ts';

/** BuildKit itself tries about seven seconds when a server is broken, and not at all when it is busy (429). */
const PAUSES_SECONDS = [2, 8] as const;

type BuildPorts = Pick<Ports, 'exec' | 'clock' | 'notify' | 'assertNotCancelled'>;

/**
 * Runs a build, and up to two times more when a registry was busy: what was built is in the cache of the builder by then. What it prints is passed
 * on. A build that waits for a registry which gives no answer is stopped, and made once more without its
 * cache when it waited for that to be written. A cache that is waited for before the first step keeps BuildKit from all other builds, too.
 */
export async function execute(command: Command, ports: BuildPorts): Promise<Executed> {
  const first = await attempt(command, ports);
  const other = first.stuck?.kind === 'cache-export' ? withoutCache(command) : command;
  if (other.args.length === command.args.length) {
    return first;
  }
  const text = `The registry of the cache gave no answer for ${QUIET_SECONDS} s: the image is built without the cache, and none is written`;
  ports.notify({ kind: 'warning', text });
  const second = await attempt(other, ports);
  return { ...second, tries: [...first.tries, ...second.tries] };
}

async function attempt(command: Command, ports: BuildPorts): Promise<Executed> {
  ports.notify({ kind: 'running', command });
  let stuck: Waiting | undefined;
  const tries: string[] = [];
  // Each try is watched by itself: BuildKit counts its steps anew.
  const run = async (tried: Command): Promise<CommandResult> => {
    const tracker = trackWaiting();
    const ended = await ports.exec.run(
      tried,
      ({ text }) => {
        tracker.see(text);
        ports.notify({ kind: 'output', text });
      },
      {
        everySeconds: QUIET_SECONDS,
        isStuck: async (quietSeconds) => {
          const waiting = tracker.now();
          stuck = (await isWithoutAnswer(waiting, tried, quietSeconds, ports)) ? waiting : undefined;
          return stuck !== undefined;
        },
      },
    );
    tries.push(ended.stderr);
    return ended;
  };
  const result = await runPatiently(
    command,
    {
      pausesSeconds: PAUSES_SECONDS,
      mayPass: isPassing,
      says: ({ stderr }) => `A registry was busy or broken (${inShort(lastError(stderr))})`,
    },
    { ...ports, exec: { ...ports.exec, run } },
  );
  return { ...result, tries, stuck: result.timedOut ? stuck : undefined };
}

/** The same build, or targets of bake, with neither a cache that is read nor one that is written. */
function withoutCache(command: Command): Command {
  const { args } = command;
  return {
    ...command,
    args: args.filter((arg, index) => !isOfCache(arg, args[index + 1]) && !isOfCache(args[index - 1], arg)),
  };
}

function isOfCache(flag: string | undefined, value: string | undefined): boolean {
  const isBakes = flag === '--set' && /^[^=]+\.cache-(?:from|to)\+?=/.test(value ?? '');
  return flag === '--cache-from' || flag === '--cache-to' || isBakes;
}
