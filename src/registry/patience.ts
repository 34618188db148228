import type { Command, CommandResult, Ports } from '../ports.ts';
import { jittered } from '../values/jitter.ts';

export type PatientPorts = Pick<Ports, 'exec' | 'clock' | 'notify' | 'assertNotCancelled'>;

export type Patience = {
  /** A pause before each further try. */
  readonly pausesSeconds: readonly number[];
  /** Whether another try may end otherwise. */
  readonly mayPass: (result: CommandResult) => boolean;
  /** What the user is told: "The push failed for a passing reason". */
  readonly says: (result: CommandResult) => string;
};

/** Whoever gave no answer twice is not asked a third time: each time takes as long as the command may take. */
export const MOST_SILENCES = 2;

/** Runs a command, and again while its failure may pass and a pause is left. Returns the last result, whatever it is. */
export async function runPatiently(
  command: Command,
  { pausesSeconds, mayPass, says }: Patience,
  ports: PatientPorts,
): Promise<CommandResult> {
  let silences = 0;
  for (const pauseSeconds of [...pausesSeconds, undefined]) {
    ports.assertNotCancelled();
    const result = await ports.exec.run(command);
    silences += result.timedOut ? 1 : 0;
    const isLast = pauseSeconds === undefined || silences === MOST_SILENCES;
    if (result.exitCode === 0 || isLast || !mayPass(result)) {
      return result;
    }
    ports.notify({ kind: 'warning', text: `${says(result)}; trying again in ${pauseSeconds} s` });
    await ports.clock.sleep(jittered(pauseSeconds * 1000, ports.clock.random()));
  }
  throw new Error('there is always a last try');
}
