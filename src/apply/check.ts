import type { Finding } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import type { Target } from '../kube/target.ts';
import type { ApplyPlan } from '../plan/slices.ts';
import type { ImageReference } from '../values/image.ts';
import type { Workload } from '../values/workload.ts';
import type { PlannedChange } from './change.ts';
import { dryRun } from './dry-run.ts';
import { readLive } from './live.ts';
import { leaveReplicas } from './replicas.ts';
import { workloadOf, withoutRepeats, type Restart } from './restart.ts';
import { findRestarts } from './find-restarts.ts';
import type { OwedRestart } from './restart-due.ts';
import { planSetImages, type ImageChange } from './set-image.ts';
import { findAnnotationFindings } from './subjects.ts';

/** Everything that this run will change. */
export type PlannedApply = {
  readonly changes: readonly PlannedChange[];
  /** The Jobs that run before the workloads, and what else is in their files. */
  readonly preDeploy: readonly PlannedChange[];
  readonly images: readonly ImageChange[];
  readonly restarts: readonly Restart[];
  /** Restarts that ConfigMaps and Secrets are marked with until they are done. */
  readonly owed: readonly OwedRestart[];
  /** Those of `owed` that are left to a later run. */
  readonly postponed: readonly OwedRestart[];
  /** The workloads whose rollout must be seen through, changed or not. */
  readonly workloads: readonly Workload[];
  /** What a person should know of the plan: fields that are taken from others, or left to them. */
  readonly notes: readonly string[];
};

export type CheckScope = {
  readonly plan: ApplyPlan;
  readonly namespace: string;
  /** The images of this run, for `set-image`. */
  readonly images: readonly ImageReference[];
  readonly preDeploy: readonly Target[];
};

export type Checked = { readonly planned: PlannedApply; readonly findings: readonly Finding[] };

/**
 * Finds out what will change, by reads and dry runs only. What stands against it is in the findings, of which one is enough to change
 * nothing. Throws when the API server is in trouble.
 */
export async function checkChanges(targets: readonly Target[], scope: CheckScope, api: KubeApi): Promise<Checked> {
  const { plan } = scope;
  const all = [...targets, ...scope.preDeploy];
  const again = new Set(scope.preDeploy.map(({ path }) => path));
  const live = await readLive(all, api);
  const { objects, notes } = await leaveReplicas(live.found, api);
  const ran = await dryRun(objects, {
    api,
    forceConflicts: plan.forceConflicts,
    jobPolicy: ({ path }) => (again.has(path) ? 'again' : plan.jobPolicy),
  });
  const changes = ran.changes.filter(({ target }) => !again.has(target.path));
  const inManifests = changes.map(workloadOf).filter((workload) => workload !== undefined);
  const images = await planSetImages(plan.setImage, { ...scope, inManifests }, api);
  const restarts = await findRestarts(changes, images.changes, scope, api);
  const touched = [
    ...inManifests,
    ...images.changes.map((change) => change.workload),
    ...restarts.restarts.map((restart) => restart.workload),
  ];
  return {
    planned: {
      changes,
      preDeploy: ran.changes.filter(({ target }) => again.has(target.path)),
      images: images.changes,
      restarts: restarts.restarts,
      owed: restarts.owed,
      postponed: restarts.postponed,
      workloads: withoutRepeats(touched),
      notes: [...notes, ...ran.notes, ...restarts.notes],
    },
    findings: [
      ...findAnnotationFindings(all),
      ...live.findings,
      ...ran.findings,
      ...images.problems.map((problem): Finding => ({ code: 'workload-not-found', problem })),
      ...restarts.findings,
    ],
  };
}
