import { isAncestor } from '../order/ancestry.ts';
import { compareWithLive, liveOriginsOf, staleFailure } from '../order/stale.ts';
import { getObject } from '../kube/api.ts';
import type { Outcome } from '../report/outcome.ts';
import { workloadPath } from '../kube/workload-path.ts';
import { isRolloutKind } from '../values/workload.ts';
import type { Begun } from './begin.ts';
import type { PlannedDeploy } from './prune.ts';
import type { Run } from './run.ts';

/** Throws `stale` when a newer commit than ours is live. What cannot be compared is said, and the deploy goes on. */
export async function assertInOrder(planned: PlannedDeploy, { plan, ports }: Run): Promise<void> {
  if (plan.order.allowDowngrade) {
    return;
  }
  const changes = [...planned.changes, ...planned.preDeploy];
  const live = changes.map((change) => change.live).filter((object) => object !== undefined);
  const origins = liveOriginsOf([...live, ...planned.images.map(({ object }) => object)]);
  const verdict = await compareWithLive(origins, plan.order, ports);
  if (verdict.kind === 'stale') {
    throw staleFailure(verdict, plan.order);
  }
  if (verdict.kind === 'unknown') {
    const { commit, name } = verdict.live;
    ports.notify({
      kind: 'warning',
      text: `Nobody knows whether commit ${commit.slice(0, 7)}, which is live in ${name}, is newer than this one: ${verdict.why}`,
    });
  }
}

/** True when a rollout of ours was superseded by the deploy of an older commit: then ours is to be the last one again. */
export async function wasOvertaken(outcome: Outcome, { cluster }: Begun, { plan, ports }: Run): Promise<boolean> {
  if (outcome.result !== 'superseded') {
    return false;
  }
  const superseded = outcome.facts.workloads.filter(({ outcome: rollout }) => rollout?.result === 'superseded');
  const live = await Promise.all(
    superseded.map(async ({ workload: { kind, namespace, name } }) =>
      isRolloutKind(kind)
        ? getObject(cluster.api, workloadPath({ kind, namespace, name }), `read ${kind}/${name}`)
        : undefined,
    ),
  );
  const origins = liveOriginsOf(live.filter((object) => object !== undefined));
  const older = await Promise.all(
    origins.map(async ({ commit }) => isAncestor(commit, plan.order.origin.commit, plan.order, ports)),
  );
  const isOvertaken = older.some((isOlder) => isOlder === true);
  if (isOvertaken) {
    ports.notify({
      kind: 'warning',
      text: 'An older commit was deployed over this one meanwhile: it is applied once more',
    });
  }
  return isOvertaken;
}
