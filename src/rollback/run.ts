import { DeployError, messageOf } from '../errors.ts';
import { getObject } from '../kube/api.ts';
import type { RollbackPlan } from '../plan/slices.ts';
import { isRolloutKind, type Workload } from '../values/workload.ts';
import { deleteBrokenPods } from './broken-pods.ts';
import type { ChangeContext } from '../kube/change.ts';
import { deleteCreated } from './delete-created.ts';
import type { Ending } from './ending.ts';
import { inOrderOfRollback } from './order.ts';
import { putBack } from './put-back.ts';
import { recreate } from './recreate.ts';
import type { Snapshot, Touched } from './snapshot.ts';
import type { Changed } from './views.ts';

/** Names of objects, each in one of the first three at most. */
export type RollbackResult = {
  readonly restored: readonly string[];
  readonly deleted: readonly string[];
  /** The run never came to them. */
  readonly untouched: readonly string[];
  /** Left alone because somebody else changed them since, or because they cannot be put back. */
  readonly left: readonly { readonly name: string; readonly why: string }[];
  /** Workloads whose rollout has to be seen through now. */
  readonly workloads: readonly Workload[];
};

type Ended = { readonly touched: Touched; readonly ending: Ending };

const FIRST_DEPLOY = 'nothing was there before this run; on-failure: rollback-or-delete would delete it';

/**
 * Undoes a run as a whole: what it changed is as before, what it created is deleted, what it deleted is created again. What somebody
 * else changed since is left alone. One object that cannot be put back does not keep the others from it; only a cancellation ends it. When
 * the API server is lost, nobody waits for it once more for each object that is left.
 */
export async function rollBack(
  snapshot: Snapshot,
  plan: RollbackPlan,
  context: ChangeContext,
): Promise<RollbackResult> {
  const isFirstDeploy = snapshot.touched.every(({ before }) => before === undefined);
  const isKept = isFirstDeploy && plan.onFailure !== 'rollback-or-delete';
  const collected = collector();
  const ended: Ended[] = [];
  for (const touched of inOrderOfRollback(snapshot.touched)) {
    const ending = await collected(async () => (isKept ? leave(touched, context) : undo(touched, snapshot, context)));
    ended.push({ touched, ending });
    if (ending.kind === 'restored' && touched.resource.kind === 'StatefulSet' && wasThere(touched)) {
      const pods = await collected(async () => deleteBrokenPods(touched, context).then(() => ending));
      ended.push({ touched, ending: pods });
    }
  }
  return resultOf(ended);
}

async function undo(touched: Touched, snapshot: Snapshot, context: ChangeContext): Promise<Ending> {
  context.ports.assertNotCancelled();
  if (!wasThere(touched)) {
    return deleteCreated(touched, snapshot, context);
  }
  if (touched.how === 'deleted') {
    return recreate(touched, snapshot, context);
  }
  const verdict = await putBack(touched, snapshot, context);
  switch (verdict.kind) {
    case 'ours':
      return { kind: 'restored' };
    case 'as-before':
      return { kind: 'untouched' };
    case 'foreign':
      return { kind: 'left', why: verdict.why };
  }
}

async function leave({ path, name }: Touched, { api }: ChangeContext): Promise<Ending> {
  const live = await getObject(api, path, `read ${name}`);
  return live === undefined ? { kind: 'untouched' } : { kind: 'left', why: FIRST_DEPLOY };
}

/** Does one thing after the other; what cannot be done is left, and so is all that comes after the loss of the API server. */
function collector(): (work: () => Promise<Ending>) => Promise<Ending> {
  let loss: Ending | undefined;
  return async (work) => {
    if (loss !== undefined) {
      return loss;
    }
    try {
      return await work();
    } catch (error) {
      if (error instanceof DeployError && error.code === 'cancelled') {
        throw error;
      }
      const left: Ending = { kind: 'left', why: messageOf(error) };
      loss = error instanceof DeployError && error.code === 'cluster-unreachable' ? left : undefined;
      return left;
    }
  };
}

function wasThere(touched: Touched): touched is Changed {
  return touched.before !== undefined;
}

function resultOf(ended: readonly Ended[]): RollbackResult {
  const namesOf = (kind: Ending['kind']): readonly string[] => [
    ...new Set(ended.filter(({ ending }) => ending.kind === kind).map(({ touched }) => touched.name)),
  ];
  const restored = namesOf('restored');
  return {
    restored,
    deleted: namesOf('deleted'),
    untouched: namesOf('untouched').filter((name) => !restored.includes(name)),
    left: ended.flatMap(({ touched: { name }, ending }) => (ending.kind === 'left' ? [{ name, why: ending.why }] : [])),
    workloads: workloadsIn(ended.filter(({ ending }) => ending.kind === 'restored').map(({ touched }) => touched)),
  };
}

function workloadsIn(restored: readonly Touched[]): readonly Workload[] {
  const workloads = new Map<string, Workload>();
  for (const { resource, namespace, objectName, path } of restored) {
    if (isRolloutKind(resource.kind) && resource.apiVersion.startsWith('apps/') && namespace !== undefined) {
      workloads.set(path, { kind: resource.kind, namespace, name: objectName });
    }
  }
  return [...workloads.values()];
}
