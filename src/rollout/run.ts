import { createReachability, tellingApi } from '../kube/reachability.ts';
import type { RolloutPlan } from '../plan/slices.ts';
import { outcomeOf } from './outcome-of.ts';
import type { RolloutContext, WorkloadOutcome } from './outcome.ts';
import { pinSubjects, type Awaited } from './pin.ts';
import { openSession } from './open-session.ts';
import { seeThrough } from './see-through.ts';
import { settleRest } from './settle-rest.ts';
import { soak } from './soak.ts';

/**
 * Sees all rollouts through, side by side and under one deadline. A rollout succeeds when our own reading, `kubectl rollout status` and the
 * digests of its pods agree; it fails as soon as it is sure to fail. Resolves for every ending; throws only when cancelled, or when the
 * objects cannot even be read.
 */
export async function seeRolloutsThrough(
  awaited: readonly Awaited[],
  plan: RolloutPlan,
  context: RolloutContext,
): Promise<readonly WorkloadOutcome[]> {
  const { clock } = context.ports;
  const startedMilliseconds = clock.elapsed();
  const reachability = createReachability(clock);
  const api = tellingApi(context.api, reachability);
  const pinned = await pinSubjects(awaited, api, clock);
  const session = openSession(pinned, plan, { ...context, api }, reachability, startedMilliseconds);
  try {
    await settleRest(await seeThrough(session), session);
    const isAllWell = session.trackers.every(
      ({ stage }) => stage.kind === 'settled' && stage.ending.kind === 'succeeded',
    );
    if (isAllWell && plan.soakSeconds > 0 && session.trackers.length > 0) {
      await soak(session);
    }
    return session.trackers.map((tracker) => outcomeOf(tracker, session));
  } finally {
    session.close();
  }
}
