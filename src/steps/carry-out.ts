import type { PlannedApply } from '../apply/check.ts';
import { applyBatch, finishChanges, prepareChanges } from '../apply/run.ts';
import type { DeployContext } from '../apply/run-change.ts';
import { storeInventory } from '../apply/store-inventory.ts';
import type { Cluster } from '../connect.ts';
import { describeObject, type KubeObject } from '../kube/object.ts';
import { objectFacts, workloadFacts } from '../report/planned-facts.ts';
import { plannedRows, type PlannedRow } from '../report/planned-rows.ts';
import type { WorkloadOutcome } from '../rollout/outcome.ts';
import type { ImageReference } from '../values/image.ts';
import { isRolloutKind } from '../values/workload.ts';
import type { PlannedDeploy } from './prune.ts';
import type { Run } from './run.ts';
import { stagesOf, type Stage } from './stages.ts';

/** A deploy while it is carried out. What is done with is let go of: manifests and plans of hundreds of objects are large. */
export type Work = {
  planned: PlannedDeploy | undefined;
  /** Undefined until the first stage is due: what it is follows from the hand-over of fields. */
  stages: Stage[] | undefined;
  /** To be stored before the first change, or as soon as its namespace is there. */
  inventory: KubeObject | undefined;
  readonly context: DeployContext;
  rows: readonly PlannedRow[];
  outcomes: readonly WorkloadOutcome[];
  /** URL paths of what this run changes and no rollout follows. */
  configuration: readonly string[];
  /** All stages share one timeout. */
  waitedSeconds: number;
};

export function workOf(
  planned: PlannedDeploy,
  images: readonly ImageReference[],
  cluster: Cluster,
  { plan, ports }: Run,
): Work {
  return {
    planned,
    stages: undefined,
    inventory: planned.cleanup?.before,
    context: { ...cluster, folder: plan.tools.folder, ports, plan: plan.apply, images },
    rows: [],
    outcomes: [],
    configuration: [],
    waitedSeconds: 0,
  };
}

/** Applies the next stage and returns it without its objects; undefined when there is none left. */
export async function applyStage(work: Work, run: Run): Promise<Omit<Stage, 'batch'> | undefined> {
  const { planned } = work;
  if (planned === undefined) {
    return undefined;
  }
  const stage = await run.journal.phase('Apply', async () => {
    const prepared = await prepare(planned, work, run);
    const [next, ...later] = work.stages ?? stagesOf(prepared);
    work.stages = later;
    if (next?.batch !== undefined) {
      await applyBatch(next.batch, prepared, work.context);
    }
    await storeLateInventory(work);
    if (next?.isLast === true) {
      await finishChanges(prepared, work.context);
    }
    return next;
  });
  if (work.stages?.length === 0) {
    work.planned = undefined;
  }
  return stage && { subjects: stage.subjects, isEarly: stage.isEarly, isLast: stage.isLast };
}

/** What later stages would have changed: "ConfigMap/agent in shop". */
export function unappliedBy({ stages = [] }: Work): readonly string[] {
  const changes = stages.flatMap(({ batch }) => batch?.changes ?? []);
  return changes.filter(({ kind }) => kind !== 'unchanged').map(({ target }) => describeObject(target.object));
}

/** Before the first stage: what may have to be pruned one day is written down, and fields are handed over. */
async function prepare(checked: PlannedDeploy, work: Work, { journal }: Run): Promise<PlannedDeploy> {
  if (work.stages !== undefined) {
    return checked;
  }
  if (work.inventory !== undefined && !makesNamespaceOf(work.inventory, checked)) {
    await storeLateInventory(work);
  }
  const planned = { ...(await prepareChanges(checked, work.context)), cleanup: checked.cleanup };
  work.planned = planned;
  work.rows = plannedRows(planned);
  work.configuration = configurationOf(planned);
  journal.add({ objects: objectFacts(planned), workloads: workloadFacts(work.rows, []) });
  return planned;
}

function configurationOf({ changes }: PlannedDeploy): readonly string[] {
  return changes
    .filter(({ kind, target }) => kind !== 'unchanged' && !isRolloutKind(target.object.kind))
    .map(({ target }) => target.path);
}

async function storeLateInventory(work: Work): Promise<void> {
  await storeInventory(work.inventory, work.context);
  work.inventory = undefined;
}

function makesNamespaceOf({ metadata }: KubeObject, { changes }: PlannedApply): boolean {
  return changes.some(
    ({ kind, target: { object } }) =>
      kind === 'created' && object.kind === 'Namespace' && object.metadata.name === metadata.namespace,
  );
}
