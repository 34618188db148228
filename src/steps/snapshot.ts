import { join } from 'node:path';
import type { PlannedChange } from '../apply/change.ts';
import type { PrunedObject } from '../apply/prune.ts';
import type { Cluster } from '../connect.ts';
import { getObject } from '../kube/api.ts';
import { describeObject } from '../kube/object.ts';
import { workloadPath, workloadResource } from '../kube/workload-path.ts';
import { formatSnapshot, type Snapshot, type Touched } from '../rollback/snapshot.ts';
import type { JsonObject } from '../values/json.ts';
import type { Workload } from '../values/workload.ts';
import type { PlannedDeploy } from './prune.ts';
import type { Run } from './run.ts';

/** Where the snapshot is kept for the post step; private, and gone with the folder of the run. */
export const SNAPSHOT_FILE = 'snapshot.json';

/**
 * Everything that this run is about to touch, as it is now, when it may have to be put back; undefined when nobody wants that. For a run that
 * is cancelled it is written down, too.
 */
export async function takeSnapshot(
  planned: Pick<PlannedDeploy, 'preDeploy' | 'changes' | 'images' | 'restarts' | 'cleanup'>,
  cluster: Pick<Cluster, 'api'>,
  { plan, ports }: Pick<Run, 'plan' | 'ports'>,
): Promise<Snapshot | undefined> {
  const { rollback, apply, tools } = plan;
  if (rollback.onFailure === 'keep' && rollback.onCancel === 'keep') {
    return undefined;
  }
  const touched = [
    ...[...planned.preDeploy, ...planned.changes].filter(({ kind }) => kind !== 'unchanged').map(applied),
    ...planned.images
      .filter(({ images }) => images.length > 0)
      .map(({ workload, object }) => live(workload, object, 'image-set')),
    ...(await Promise.all(planned.restarts.map(async ({ workload }) => restarted(workload, cluster)))),
    ...(planned.cleanup?.pruned ?? []).map(pruned),
  ];
  const snapshot = { touched, commit: apply.origin.commit, runUrl: apply.origin.runUrl };
  if (rollback.onCancel === 'rollback') {
    await ports.files.writePrivate(join(tools.folder, SNAPSHOT_FILE), formatSnapshot(snapshot));
  }
  return snapshot;
}

function applied({ target, kind, live: before, desired }: PlannedChange): Touched {
  const { object, resource, namespace, path } = target;
  return {
    name: describeObject(object),
    resource,
    namespace,
    objectName: object.metadata.name,
    path,
    how: kind === 'replaced' ? 'deleted' : 'applied',
    before,
    desired,
  };
}

async function restarted(workload: Workload, { api }: Pick<Cluster, 'api'>): Promise<Touched> {
  const path = workloadPath(workload);
  return live(workload, await getObject(api, path, `read ${path}`), 'restarted');
}

/** No dry run was asked: what the run has made of it is read from the object. */
function live(workload: Workload, before: JsonObject | undefined, how: 'image-set' | 'restarted'): Touched {
  const { kind, namespace, name } = workload;
  return {
    name: `${kind}/${name} in ${namespace}`,
    resource: workloadResource(kind),
    namespace,
    objectName: name,
    path: workloadPath(workload),
    how,
    before,
    desired: undefined,
  };
}

function pruned({ resource, namespace, name, path, live: before, describe }: PrunedObject): Touched {
  return { name: describe, resource, namespace, objectName: name, path, how: 'deleted', before, desired: undefined };
}
