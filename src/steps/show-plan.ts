import { planBatches } from '../apply/order.ts';
import type { PlannedChange } from '../apply/change.ts';
import { planFingerprint } from '../diff/fingerprint.ts';
import { diffObject } from '../diff/object-diff.ts';
import type { DiffSubject, DiffVerb } from '../diff/subject.ts';
import { DeployError } from '../errors.ts';
import type { PlanFact } from '../report/plan-fact.ts';
import { planLines } from '../report/plan-lines.ts';
import { objectFacts, workloadFacts } from '../report/planned-facts.ts';
import { changedImagesOf, plannedRows } from '../report/planned-rows.ts';
import type { PlannedDeploy } from './prune.ts';
import type { Run } from './run.ts';

/** Shows what a deploy would do, and keeps it for the report. */
export async function showPlan(planned: PlannedDeploy, run: Run): Promise<void> {
  await run.journal.phase('Plan', async () => {
    const plan = planFact(planned, run);
    run.journal.add({ plan });
    planLines(plan).forEach((text) => run.ports.notify({ kind: 'output', text }));
  });
}

/** Lists what is about to be changed. */
export function showChanges(planned: PlannedDeploy, { journal }: Run): void {
  journal.showPlanned(objectFacts(planned), workloadFacts(plannedRows(planned), []));
}

/** Throws `plan-changed` when not this was approved. */
export function assertApproved(planned: PlannedDeploy, run: Run): void {
  const { approvedHash } = run.plan.command;
  if (approvedHash === undefined) {
    return;
  }
  const plan = planFact(planned, run);
  if (plan.hash !== approvedHash) {
    run.journal.add({ plan });
    throw new DeployError(
      'plan-changed',
      `The deploy would do something else than the plan ${approvedHash.slice(0, 12)} showed`,
      {
        hint: 'The cluster or the manifests changed meanwhile; what would be done now is in the log. Make a new plan and have it approved.',
      },
    );
  }
}

function planFact(planned: PlannedDeploy, { expected, ports }: Run): PlanFact {
  const early = planned.preDeploy.map(diffSubject);
  const waves = planBatches(planned.changes).map(({ changes }) => changes.map(diffSubject));
  const gone = (planned.cleanup?.pruned ?? []).map(({ live, namespace, name }): DiffSubject => ({
    apiVersion: live.apiVersion,
    kind: live.kind,
    namespace,
    name,
    file: undefined,
    line: undefined,
    verb: 'delete',
    before: live,
    after: undefined,
    sent: undefined,
  }));
  const all = [early, ...waves, gone];
  const fingerprint = planFingerprint({
    waves: all,
    restarts: planned.restarts,
    setImages: planned.images,
    imagesOfRun: expected.filter(({ digest }) => digest === undefined),
  });
  return {
    diffs: all.flat().map(diffObject),
    restarts: planned.restarts,
    images: changedImagesOf(planned),
    hash: ports.sha256(fingerprint),
  };
}

const VERBS: Readonly<Record<PlannedChange['kind'], DiffVerb>> = {
  created: 'create',
  configured: 'change',
  replaced: 'replace',
  unchanged: 'none',
};

function diffSubject({ target, kind, live, desired }: PlannedChange): DiffSubject {
  const { object, namespace, manifest } = target;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace,
    name: object.metadata.name,
    file: manifest.file,
    line: manifest.lineOf([]),
    verb: VERBS[kind],
    before: live,
    after: desired ?? object,
    sent: object,
  };
}
