import type { Command, CommandResult, Ports } from '../ports.ts';
import { inShort, lastError } from './answers.ts';
import { isPassing } from './failures.ts';
import { runPatiently } from './patience.ts';

/** BuildKit itself tries about seven seconds when a server is broken, and not at all when it is busy (429). */
const PAUSES_SECONDS = [2, 8] as const;

/**
 * Runs a build, and up to two times more when a registry was busy: what was built is in the cache of the builder by then. What it prints is passed
 * on.
 */
export async function execute(
  command: Command,
  ports: Pick<Ports, 'exec' | 'clock' | 'notify' | 'assertNotCancelled'>,
): Promise<CommandResult> {
  ports.notify({ kind: 'running', command });
  return runPatiently(
    command,
    {
      pausesSeconds: PAUSES_SECONDS,
      mayPass: isPassing,
      says: ({ stderr }) => `A registry was busy or broken (${inShort(lastError(stderr))})`,
      onLine: ({ text }) => ports.notify({ kind: 'output', text }),
    },
    ports,
  );
}
