import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planChange, type PlannedChange } from '../../../src/apply/change.ts';
import { consumedBy } from '../../../src/apply/consumers.ts';
import { candidatesIn, decideRestarts, withoutRepeats, workloadOf } from '../../../src/apply/restart.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { RestartPolicy } from '../../../src/values/change.ts';
import { formatWorkload } from '../../../src/values/workload.ts';
import { manifestOf, targetOf } from '../../support/manifests.ts';

const podSpec = (spec: object): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a' },
  spec: { template: { spec } },
});

for (const [says, spec, consumed] of [
  [
    'env',
    {
      containers: [
        {
          env: [
            { name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'a' } } },
            { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'b' } } },
          ],
        },
      ],
    },
    ['ConfigMap/c', 'Secret/s'],
  ],
  [
    'envFrom',
    { containers: [{ envFrom: [{ configMapRef: { name: 'c' } }, { secretRef: { name: 's' } }] }] },
    ['ConfigMap/c', 'Secret/s'],
  ],
  ['an init container', { initContainers: [{ envFrom: [{ configMapRef: { name: 'c' } }] }] }, ['ConfigMap/c']],
  [
    'volumes',
    {
      volumes: [
        { name: 'v', configMap: { name: 'c' } },
        { name: 'w', secret: { secretName: 's' } },
      ],
    },
    ['ConfigMap/c', 'Secret/s'],
  ],
  [
    'a projected volume',
    {
      volumes: [
        {
          projected: {
            sources: [{ configMap: { name: 'c' } }, { secret: { name: 's' } }, { serviceAccountToken: {} }],
          },
        },
      ],
    },
    ['ConfigMap/c', 'Secret/s'],
  ],
  [
    'nothing but plain values',
    {
      containers: [
        {
          env: [
            { name: 'A', value: 'c' },
            { name: 'F', valueFrom: { fieldRef: { fieldPath: 'x' } } },
          ],
        },
      ],
      volumes: [{ emptyDir: {} }],
    },
    [],
  ],
  ['imagePullSecrets, which the pod does not read', { imagePullSecrets: [{ name: 's' }] }, []],
  [
    'the same twice',
    { containers: [{ envFrom: [{ configMapRef: { name: 'c' } }] }], volumes: [{ configMap: { name: 'c' } }] },
    ['ConfigMap/c'],
  ],
] as const) {
  test(`consumed through ${says}`, () => assert.deepEqual([...consumedBy(podSpec(spec))], consumed));
}

const AGENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: agent }
spec: { template: { spec: { containers: [{ name: a, envFrom: [{ configMapRef: { name: agent } }] }] } } }
`;
const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: agent }\ndata: { a: new }\n';

type Edits = { readonly live?: (object: KubeObject) => object | undefined; readonly namespace?: string };

/** The change that leads from the live object to the one in the YAML. */
async function changeOf(yaml: string, { live = (object) => object, namespace }: Edits = {}): Promise<PlannedChange> {
  const target = targetOf(await manifestOf(yaml), namespace);
  const { object } = target.manifest;
  const before = live(object);
  return planChange(target, before === undefined ? undefined : { ...before }, object);
}

const withOldData = (object: KubeObject): object => ({ ...object, data: { a: 'old' } });
const withOldTemplate = (object: KubeObject): object => ({ ...object, spec: { template: { spec: {} } } });

const restarts = (policy: RestartPolicy, changes: readonly PlannedChange[]): readonly string[] =>
  decideRestarts(policy, candidatesIn(changes), changes).map(
    ({ workload, reason }) => `${formatWorkload(workload)}: ${reason}`,
  );
const only = (name: string): RestartPolicy => ({ kind: 'only', workloads: [{ kind: 'Deployment', name }] });

const unchanged = await changeOf(AGENT);
const newRevision = await changeOf(AGENT, { live: withOldTemplate });
const newWorkload = await changeOf(AGENT, { live: () => undefined });
const sameConfig = await changeOf(CONFIG);
const newConfig = await changeOf(CONFIG, { live: withOldData });
const newConfigElsewhere = await changeOf(CONFIG, { live: withOldData, namespace: 'other' });
const createdConfig = await changeOf(CONFIG, { live: () => undefined });
const relabelled = await changeOf(CONFIG, {
  live: (object) => ({ ...object, metadata: { name: 'agent', labels: { a: 'b' } } }),
});

const auto = { kind: 'auto' } as const;
const always = { kind: 'always' } as const;
const CHANGED = ['deployment/agent: ConfigMap/agent changed'];

for (const [says, policy, changes, expected] of [
  ['auto: its ConfigMap changed', auto, [unchanged, newConfig], CHANGED],
  ['auto: its ConfigMap is there for the first time', auto, [unchanged, createdConfig], CHANGED],
  ['auto: its ConfigMap is as before', auto, [unchanged, sameConfig], []],
  ['auto: only a label of its ConfigMap changed', auto, [unchanged, relabelled], []],
  ['auto: a ConfigMap of that name in another namespace changed', auto, [unchanged, newConfigElsewhere], []],
  ['auto: it gets a new revision anyway', auto, [newRevision, newConfig], []],
  ['auto: it is new', auto, [newWorkload, newConfig], []],
  ['never: its ConfigMap changed', { kind: 'never' }, [unchanged, newConfig], []],
  ['always: nothing changed', always, [unchanged], ['deployment/agent: restart: always']],
  ['always: it gets a new revision anyway', always, [newRevision], []],
  ['always: it is new', always, [newWorkload], []],
  ['listed: nothing changed', only('agent'), [unchanged], ['deployment/agent: listed in restart']],
  ['listed: it gets a new revision anyway', only('agent'), [newRevision], []],
  ['another is listed: its ConfigMap changed', only('server'), [unchanged, newConfig], []],
] as const) {
  test(`restart ${says} → ${expected.length === 0 ? 'no restart' : 'one restart'}`, () => {
    assert.deepEqual(restarts(policy, changes), expected);
  });
}

for (const [says, yaml, expected] of [
  ['a Deployment', AGENT, 'deployment/agent'],
  ['a StatefulSet', AGENT.replace('Deployment', 'StatefulSet'), 'statefulset/agent'],
  ['a DaemonSet', AGENT.replace('Deployment', 'DaemonSet'), 'daemonset/agent'],
  ['a ConfigMap', CONFIG, undefined],
  ['a Job', AGENT.replace('Deployment', 'Job').replace('apps/v1', 'batch/v1'), undefined],
  ['a Deployment of another group', AGENT.replace('apps/v1', 'example.com/v1'), undefined],
] as const) {
  test(`${says} ${expected === undefined ? 'has no rollout' : 'has a rollout to see through'}`, async () => {
    const workload = workloadOf(await changeOf(yaml));
    assert.equal(workload === undefined ? undefined : formatWorkload(workload), expected);
  });
}

test('a workload that is touched twice is seen through once', () => {
  const one = { kind: 'Deployment', namespace: 'shop', name: 'a' } as const;
  assert.deepEqual(withoutRepeats([one, { ...one, name: 'b' }, { ...one }]), [one, { ...one, name: 'b' }]);
});
