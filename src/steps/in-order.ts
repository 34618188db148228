import type { Cluster } from '../connect.ts';
import { getObject } from '../kube/api.ts';
import { inParallel } from '../kube/parallel.ts';
import { workloadPath } from '../kube/workload-path.ts';
import { isAncestor } from '../order/ancestry.ts';
import { compareWithLive, liveOriginsOf, staleFailure } from '../order/stale.ts';
import type { Outcome } from '../report/outcome.ts';
import type { JsonObject } from '../values/json.ts';
import { isRolloutKind } from '../values/workload.ts';
import type { Begun } from './begin.ts';
import type { PlannedDeploy } from './prune.ts';
import type { Run } from './run.ts';

const PARALLEL_READS = 8;

/** Throws `stale` when a newer commit than ours was live at the check. What cannot be compared is said, and the deploy goes on. */
export async function assertInOrder(planned: PlannedDeploy, run: Run): Promise<void> {
  const live = [...planned.changes, ...planned.preDeploy].map((change) => change.live);
  const objects = [...live, ...planned.images.map(({ object }) => object)];
  await assertNoneIsNewer(
    objects.filter((object) => object !== undefined),
    run,
  );
}

/** The same of what is live by now: while Jobs or a wave were waited for, another run may have deployed a newer commit. */
export async function assertStillInOrder(planned: PlannedDeploy, { api }: Cluster, run: Run): Promise<void> {
  if (!run.plan.order.allowDowngrade) {
    const changed = planned.changes.map(({ target }) => target.path);
    await assertNoneIsNewer(
      await readAll([...changed, ...planned.images.map(({ workload }) => workloadPath(workload))], api),
      run,
    );
  }
}

/** True when an older commit than ours was deployed over what this run applied: then ours is to be the last one again. */
export async function wasOvertaken(outcome: Outcome, { cluster, work }: Begun, { plan, ports }: Run): Promise<boolean> {
  const origins = liveOriginsOf(await readAll(pathsToCompare(outcome, work.configuration), cluster.api));
  const older = await Promise.all(
    [...new Set(origins.map(({ commit }) => commit))].map(async (commit) =>
      isAncestor(commit, plan.order.origin.commit, plan.order, ports),
    ),
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

/** Workloads are watched, and say that they were superseded; of the rest nobody hears. */
function pathsToCompare({ result, facts }: Outcome, configuration: readonly string[]): readonly string[] {
  const superseded = facts.workloads.filter(({ outcome }) => outcome?.result === 'superseded');
  switch (result) {
    case 'superseded':
      return superseded.flatMap(({ workload: { kind, namespace, name } }) =>
        isRolloutKind(kind) ? [workloadPath({ kind, namespace, name })] : [],
      );
    case 'succeeded':
      return configuration;
    case 'failed':
    case 'timed-out':
    case 'unknown':
    case 'cancelled':
      return [];
  }
}

async function assertNoneIsNewer(objects: readonly JsonObject[], { plan, ports }: Run): Promise<void> {
  const verdict = plan.order.allowDowngrade
    ? ({ kind: 'in-order' } as const)
    : await compareWithLive(liveOriginsOf(objects), plan.order, ports);
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

async function readAll(paths: readonly string[], api: Cluster['api']): Promise<readonly JsonObject[]> {
  const objects = await inParallel(paths, PARALLEL_READS, async (path) => getObject(api, path, `read ${path}`));
  return objects.filter((object) => object !== undefined);
}
