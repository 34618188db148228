import { numberAt, valueAt, type JsonObject } from '../../values/json.ts';
import { isSeen } from './kubectl.ts';
import { failed, type Progress } from './progress.ts';

/**
 * A paused Deployment whose newest template does not run everywhere: nothing moves until somebody resumes it, and kubectl waits for ever.
 * Undefined when it is not paused, or when all replicas are of the newest template: those may still come up. While a paused Deployment is
 * scaled up from zero it looks the same for a moment, so the caller has to see it for some seconds.
 */
export function pausedProgress(object: JsonObject): Progress | undefined {
  if (valueAt(object, 'spec', 'paused') !== true || !isSeen(object)) {
    return undefined;
  }
  const wanted = numberAt(object, 'spec', 'replicas') ?? 1;
  const updated = numberAt(object, 'status', 'updatedReplicas') ?? 0;
  const old = (numberAt(object, 'status', 'replicas') ?? 0) - updated;
  // Paused Deployments are scaled all the same: some new replicas and no old ones are on their way.
  const isStuck = old > 0 || (updated === 0 && wanted > 0);
  return isStuck ? failed('rollout-paused', `is paused, ${updated} of ${wanted} updated`) : undefined;
}
