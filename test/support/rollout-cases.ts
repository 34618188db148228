import type { JsonObject } from '../../src/values/json.ts';
import type { RolloutKind } from '../../src/values/workload.ts';

/** Objects around every border of kubectl's rules: a counter one below, at and one above what is wanted, and so on. */
export type RolloutCase = { readonly kind: RolloutKind; readonly object: JsonObject };

type Fields = Readonly<Record<string, unknown>>;

/** Every combination of one value of each list. */
function product<Value>(...lists: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  return lists.reduce<readonly (readonly Value[])[]>(
    (rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])),
    [[]],
  );
}

const around = (wanted: number): readonly number[] => [wanted - 1, wanted, wanted + 1].filter((count) => count >= 0);
const replicasOf = (wanted: number | undefined): Fields => (wanted === undefined ? {} : { replicas: wanted });

const GENERATION = 2;
const SEEN: Fields = { observedGeneration: GENERATION };
/** Behind, ahead, never, and nothing said. */
const OBSERVED: readonly Fields[] = [
  { observedGeneration: GENERATION - 1 },
  { observedGeneration: GENERATION + 1 },
  { observedGeneration: 0 },
  {},
];

function caseOf(kind: RolloutKind, spec: Fields, status: Fields, generation: number | undefined = GENERATION) {
  return { kind, object: { apiVersion: 'apps/v1', kind, metadata: { generation }, spec, status } };
}

const progressing = (reason: string): Fields => ({
  conditions: [
    { type: 'Available', status: 'True' },
    { type: 'Progressing', status: reason === 'ProgressDeadlineExceeded' ? 'False' : 'True', reason },
  ],
});
const CONDITIONS: readonly Fields[] = [
  progressing('ReplicaSetUpdated'),
  progressing('NewReplicaSetAvailable'),
  progressing('ProgressDeadlineExceeded'),
  { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }] },
  // The reason alone counts, and only of that condition.
  { conditions: [{ type: 'Available', status: 'False', reason: 'ProgressDeadlineExceeded' }] },
];

const deploymentCounts = (wanted: number): readonly Fields[] =>
  around(wanted).flatMap((updatedReplicas) =>
    product(around(updatedReplicas), around(updatedReplicas)).map(([replicas, availableReplicas]) => ({
      updatedReplicas,
      replicas,
      availableReplicas,
    })),
  );
const FINISHED: Fields = { replicas: 3, updatedReplicas: 3, availableReplicas: 3 };

const DEPLOYMENTS: readonly RolloutCase[] = [
  ...[undefined, 0, 1, 3].flatMap((wanted) =>
    deploymentCounts(wanted ?? 1).map((counts) => caseOf('Deployment', replicasOf(wanted), { ...SEEN, ...counts })),
  ),
  ...product(CONDITIONS, deploymentCounts(3)).map(([conditions, counts]) =>
    caseOf('Deployment', { replicas: 3 }, { ...SEEN, ...conditions, ...counts }),
  ),
  ...deploymentCounts(3).map((counts) => caseOf('Deployment', { replicas: 3, paused: true }, { ...SEEN, ...counts })),
  ...product(OBSERVED, [{}, ...CONDITIONS]).map(([observed, conditions]) =>
    caseOf('Deployment', { replicas: 3 }, { ...observed, ...conditions, ...FINISHED }),
  ),
  caseOf('Deployment', { replicas: 3 }, FINISHED, 0),
  caseOf('Deployment', { replicas: 3 }, {}),
];

const partitioned = (partition: number | undefined): Fields => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: partition === undefined ? {} : { partition } },
});
const WITHOUT_ROLLOUT: readonly Fields[] = [{ updateStrategy: { type: 'OnDelete' } }, { updateStrategy: {} }, {}];

const unseenOrWithoutRollout = (rolling: Fields): readonly (readonly Fields[])[] => [
  ...product([SEEN, ...OBSERVED], WITHOUT_ROLLOUT),
  ...product(OBSERVED, [rolling]),
];

const STATEFUL_SETS: readonly RolloutCase[] = [
  ...[undefined, 0, 1, 3].flatMap((wanted) => {
    const replicas = wanted ?? 1;
    return [...new Set([undefined, 0, 1, replicas, replicas + 1])].flatMap((partition) =>
      product(around(replicas), around(Math.max(0, replicas - (partition ?? 0)))).map(
        ([readyReplicas, updatedReplicas]) =>
          caseOf(
            'StatefulSet',
            { ...replicasOf(wanted), ...partitioned(partition) },
            { ...SEEN, readyReplicas, updatedReplicas },
          ),
      ),
    );
  }),
  ...product<Fields>(
    around(3).map((readyReplicas) => ({ readyReplicas })),
    [{ updateRevision: 'b', currentRevision: 'b' }, { updateRevision: 'b', currentRevision: 'a' }, {}],
  ).map(([ready, revisions]) =>
    caseOf(
      'StatefulSet',
      { replicas: 3, updateStrategy: { type: 'RollingUpdate' } },
      { ...SEEN, ...ready, ...revisions, updatedReplicas: 3 },
    ),
  ),
  ...unseenOrWithoutRollout(partitioned(0)).map(([observed, strategy]) =>
    caseOf('StatefulSet', { replicas: 3, ...strategy }, { ...observed, readyReplicas: 3, updatedReplicas: 3 }),
  ),
  caseOf('StatefulSet', { replicas: 3, ...partitioned(0) }, { readyReplicas: 3, updatedReplicas: 3 }, 0),
  // Available counts, surplus pods and terminating ones are nobody's business.
  caseOf(
    'StatefulSet',
    { replicas: 3, ...partitioned(0) },
    { ...SEEN, readyReplicas: 3, updatedReplicas: 3, availableReplicas: 0, replicas: 5 },
  ),
];

const ROLLING: Fields = { updateStrategy: { type: 'RollingUpdate' } };

const DAEMON_SETS: readonly RolloutCase[] = [
  ...[0, 1, 3].flatMap((desiredNumberScheduled) =>
    product(around(desiredNumberScheduled), around(desiredNumberScheduled)).map(
      ([updatedNumberScheduled, numberAvailable]) =>
        caseOf('DaemonSet', ROLLING, {
          ...SEEN,
          desiredNumberScheduled,
          updatedNumberScheduled,
          numberAvailable,
        }),
    ),
  ),
  ...unseenOrWithoutRollout(ROLLING).map(([observed, strategy]) =>
    caseOf('DaemonSet', strategy ?? {}, {
      ...observed,
      desiredNumberScheduled: 3,
      updatedNumberScheduled: 3,
      numberAvailable: 3,
    }),
  ),
  caseOf('DaemonSet', ROLLING, SEEN),
  caseOf('DaemonSet', ROLLING, {}, 0),
];

export const ROLLOUT_CASES: readonly RolloutCase[] = [...DEPLOYMENTS, ...STATEFUL_SETS, ...DAEMON_SETS];
