import type { RolloutPlan } from '../plan/slices.ts';
import { sameWorkload, type Workload } from '../values/workload.ts';
import { conclude } from './conclude.ts';
import { groupForJudging, judge } from './judge.ts';
import { createObserver } from './observe.ts';
import type { RolloutContext, WorkloadOutcome } from './outcome.ts';
import { pinWorkloads } from './watched.ts';

/**
 * Sees all rollouts through, side by side and under one deadline. `kubectl rollout status` is the judge; a workload succeeds only when
 * our own consistent read agrees. Resolves for every ending; throws only when cancelled.
 */
export async function seeRolloutsThrough(
  workloads: readonly Workload[],
  plan: RolloutPlan,
  context: RolloutContext,
): Promise<readonly WorkloadOutcome[]> {
  const { api, ports } = context;
  const started = ports.clock.now();
  const watched = await pinWorkloads(workloads, api, ports.clock);
  const observer = createObserver(watched, api, ports);
  const first = await observer.look();
  const groups = groupForJudging(
    first.map(({ workload, progress }) => ({ workload, isDone: progress.kind === 'done' })),
  );
  const deadline = started + plan.timeoutSeconds * 1000;
  const judging = Promise.all(groups.map(async (group) => judge(group, deadline, context)));
  const judgements = (await observer.watchUntil(judging)).flat();
  return Promise.all(
    watched.map(async (one) => {
      const judgement = judgements.find(({ workload }) => sameWorkload(workload, one.workload))?.judgement;
      const outcome = await conclude(
        one,
        judgement ?? { kind: 'failed', exitCode: 1, text: 'was never judged' },
        observer,
        context,
      );
      return { ...outcome, seconds: (ports.clock.now() - started) / 1000 };
    }),
  );
}
