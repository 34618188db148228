import { DeployError } from '../errors.ts';
import type { Clock } from '../ports.ts';

/**
 * Waits. False when the run is cancelled meanwhile: nobody waits any longer then, and what GitHub said last is its answer. That the run is
 * cancelled is noticed before its next change, and what it opened here has to be known until the end.
 */
export async function pause(seconds: number, clock: Clock): Promise<boolean> {
  try {
    await clock.sleep(seconds * 1000);
    return true;
  } catch (error) {
    if (error instanceof DeployError && error.code === 'cancelled') {
      return false;
    }
    throw error;
  }
}
