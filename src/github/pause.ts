import { DeployError } from '../errors.ts';
import type { Clock } from '../ports.ts';

/** A clock, and the time of it (`elapsed`) after which nobody asks or waits any more; undefined: as long as patience lasts. */
export type Deadline = { readonly clock: Clock; readonly untilMilliseconds?: number | undefined };

/** The same ports for so many seconds, or for less where less is left already. */
export function withDeadline<Given extends Deadline>(ports: Given, seconds: number): Given {
  const leftSeconds = Math.min(seconds, secondsLeft(ports));
  return { ...ports, untilMilliseconds: ports.clock.elapsed() + leftSeconds * 1000 };
}

export function secondsLeft({ clock, untilMilliseconds = Infinity }: Deadline): number {
  return (untilMilliseconds - clock.elapsed()) / 1000;
}

/**
 * Waits. False when the run is cancelled meanwhile, or there is no time to wait: nobody waits any longer then, and what GitHub said last is its
 * answer. That the run is cancelled is noticed before its next change, and what it opened here has to be known until the end.
 */
export async function pause(seconds: number, deadline: Deadline): Promise<boolean> {
  if (seconds >= secondsLeft(deadline)) {
    return false;
  }
  try {
    await deadline.clock.sleep(seconds * 1000);
    return true;
  } catch (error) {
    if (error instanceof DeployError && error.code === 'cancelled') {
      return false;
    }
    throw error;
  }
}
