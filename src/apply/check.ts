import type { DeployError, Problem } from '../errors.ts';
import { getObject, type KubeApi } from '../kube/api.ts';
import type { Discovery } from '../kube/discovery.ts';
import type { Manifest } from '../kube/manifest.ts';
import { isKubeObject } from '../kube/object.ts';
import { workloadPath } from '../kube/workload-path.ts';
import type { ApplyPlan } from '../plan/slices.ts';
import type { ImageReference } from '../values/image.ts';
import { formatWorkload, sameWorkload, type Workload } from '../values/workload.ts';
import { failureOf } from '../errors.ts';
import type { PlannedChange } from './change.ts';
import { dryRun, failureOfRefusals } from './dry-run.ts';
import {
  candidatesIn,
  decideRestarts,
  withoutRepeats,
  workloadOf,
  type Restart,
  type RestartCandidate,
} from './restart.ts';
import { planSetImages, type ImageChange } from './set-image.ts';
import { findWaitProblems } from './subjects.ts';
import { findTargets } from './targets.ts';

/** Everything that this run will change, in the order in which it will. */
export type PlannedApply = {
  readonly changes: readonly PlannedChange[];
  readonly images: readonly ImageChange[];
  readonly restarts: readonly Restart[];
  /** The workloads whose rollout must be seen through, changed or not. */
  readonly workloads: readonly Workload[];
};

export type CheckScope = {
  readonly plan: ApplyPlan;
  readonly namespace: string;
  /** The image of this run, for `set-image` lines that name none. */
  readonly image: ImageReference | undefined;
};

/** Finds out what will change, by reads and dry runs only. Throws one failure with all problems that the cluster knows about. */
export async function checkChanges(
  manifests: readonly Manifest[],
  scope: CheckScope,
  api: KubeApi,
  discover: Discovery,
): Promise<PlannedApply> {
  const { targets, problems } = await findTargets(manifests, scope.namespace, discover);
  const { changes, refusals } = await dryRun(targets, api);
  const inManifests = changes.map(workloadOf).filter((workload) => workload !== undefined);
  const images = await planSetImages(scope.plan.setImage, { ...scope, inManifests }, api);
  const listed = await findListedWorkloads(scope, inManifests, api);
  const failure =
    failureOfManifests(findWaitProblems(targets), failureOfRefusals(refusals, problems)) ??
    failureOfNames([...images.problems, ...listed.problems]);
  if (failure !== undefined) {
    throw failure;
  }
  const candidates = [...candidatesIn(changes), ...images.changes.map(asCandidate), ...listed.candidates];
  const restarts = decideRestarts(scope.plan.restart, candidates, changes);
  const touched = [
    ...inManifests,
    ...images.changes.map((change) => change.workload),
    ...restarts.map((restart) => restart.workload),
  ];
  return { changes, images: images.changes, restarts, workloads: withoutRepeats(touched) };
}

function asCandidate(change: ImageChange): RestartCandidate {
  return { workload: change.workload, object: change.object, getsNewRevision: change.images.length > 0 };
}

/** Workloads named in `restart` that are not in the manifests must be in the cluster. */
async function findListedWorkloads(
  scope: CheckScope,
  inManifests: readonly Workload[],
  api: KubeApi,
): Promise<{ readonly candidates: readonly RestartCandidate[]; readonly problems: readonly Problem[] }> {
  const { restart, setImage } = scope.plan;
  const named =
    restart.kind === 'only' ? restart.workloads.map((name) => ({ ...name, namespace: scope.namespace })) : [];
  const known = [...inManifests, ...setImage.map((wish) => ({ ...wish.workload, namespace: scope.namespace }))];
  const others = named.filter((workload) => !known.some((other) => sameWorkload(workload, other)));
  const found = await Promise.all(
    others.map(async (workload): Promise<RestartCandidate | Problem> => {
      const object = await getObject(api, workloadPath(workload), `read ${formatWorkload(workload)}`);
      return isKubeObject(object)
        ? { workload, object, getsNewRevision: false }
        : {
            message: `restart: there is no ${formatWorkload(workload)} in the namespace ${workload.namespace}`,
            hint: 'Check kind, name and namespace.',
          };
    }),
  );
  return {
    candidates: found.filter((item): item is RestartCandidate => 'object' in item),
    problems: found.filter((item): item is Problem => 'message' in item),
  };
}

/** What this action does not understand in the manifests, together with what the cluster would refuse. */
function failureOfManifests(problems: readonly Problem[], refused: DeployError | undefined): DeployError | undefined {
  if (problems.length === 0) {
    return refused;
  }
  const all = [...problems, ...(refused?.problems ?? [])];
  return failureOf('manifest-invalid', all, `${all.length} things are wrong in the manifests`);
}

function failureOfNames(problems: readonly Problem[]): DeployError | undefined {
  return problems.length === 0
    ? undefined
    : failureOf(
        'workload-not-found',
        problems,
        `${problems.length} names in set-image or restart do not fit the cluster`,
      );
}
