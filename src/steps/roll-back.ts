import type { Cluster } from '../connect.ts';
import { DeployError, messageOf } from '../errors.ts';
import { workloadPath } from '../kube/workload-path.ts';
import type { Result } from '../report/outcome.ts';
import type { RollbackFact } from '../report/rollback.ts';
import { rollBack, type RollbackResult } from '../rollback/run.ts';
import type { Snapshot } from '../rollback/snapshot.ts';
import type { RegistryLookup } from '../rollout/registry.ts';
import { seeRolloutsThrough } from '../rollout/run.ts';
import { kubectlProgress } from '../rollout/rules/kubectl.ts';
import type { Awaited } from '../rollout/pin.ts';
import type { WorkloadOutcome } from '../rollout/outcome.ts';
import { isRolloutKind, type Workload } from '../values/workload.ts';
import type { Run } from './run.ts';

/** Only what is known to have failed is undone: of an unknown state, or of somebody else's rollout, nobody knows what undoing would do. */
export function isUndone(result: Result, snapshot: Snapshot | undefined, { plan, journal }: Run): boolean {
  const isFailure = result === 'failed' || result === 'timed-out';
  return isFailure && snapshot !== undefined && plan.rollback.onFailure !== 'keep' && journal.facts().hasChanged;
}

/** Puts the previous state back and verifies that it runs. What goes wrong with it is told beside the first failure, never instead of it. */
export async function undo(snapshot: Snapshot, cluster: Cluster, registry: RegistryLookup, run: Run): Promise<void> {
  const { plan, ports, journal } = run;
  await journal.phase('Roll back', async () => {
    const unhealthyBefore = unhealthyIn(snapshot);
    try {
      const context = { ...cluster, folder: plan.tools.folder, ports };
      const result = await rollBack(snapshot, plan.rollback, context);
      const outcomes = await seeRolloutsThrough(result.workloads.map(awaited), plan.rollout, {
        ...cluster,
        ports,
        registry,
      });
      journal.add({ rollback: factOf(result, outcomes, unhealthyBefore) });
    } catch (error) {
      if (error instanceof DeployError && error.code === 'cancelled') {
        throw error;
      }
      const left = [{ name: 'everything else', why: messageOf(error) }];
      journal.add({ rollback: { result: 'partly', restored: [], deleted: [], left, outcomes: [], unhealthyBefore } });
    }
  });
}

function awaited(workload: Workload): Awaited {
  return { subject: { ...workload, rule: workload.kind, path: workloadPath(workload) }, isChanged: true };
}

function factOf(
  { restored, deleted, left }: RollbackResult,
  outcomes: readonly WorkloadOutcome[],
  unhealthyBefore: readonly string[],
): RollbackFact {
  const isBack = left.length === 0 && outcomes.every(({ result }) => result === 'succeeded');
  const isNothing = restored.length === 0 && deleted.length === 0;
  const result = isNothing ? 'none' : isBack ? 'done' : 'partly';
  return { result, restored, deleted, left, outcomes, unhealthyBefore };
}

/** A deploy that fails may have begun with something that had failed already. */
function unhealthyIn({ touched }: Snapshot): readonly string[] {
  return touched.flatMap(({ name, resource, before }) =>
    before !== undefined && isRolloutKind(resource.kind) && kubectlProgress(resource.kind, before).kind !== 'done'
      ? [name]
      : [],
  );
}
