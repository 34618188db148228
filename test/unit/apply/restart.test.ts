import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planChange, type PlannedChange } from '../../../src/apply/change.ts';
import {
  candidatesIn,
  changedConfig,
  planRestarts,
  withoutRepeats,
  workloadOf,
  type RestartCandidate,
  type RestartPlan,
} from '../../../src/apply/restart.ts';
import type { OwedRestart } from '../../../src/apply/restart-due.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import type { RestartPolicy } from '../../../src/values/change.ts';
import { formatWorkload } from '../../../src/values/workload.ts';
import { OWN_ANNOTATIONS } from '../../../src/kube/own-annotations.ts';
import { targetFor } from '../../support/target-for.ts';

const AGENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: agent }
spec: { template: { spec: { containers: [{ name: a, envFrom: [{ configMapRef: { name: agent, optional: true } }, { secretRef: { name: db } }] }] } } }
`;
const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: agent }\ndata: { a: new }\n';

type Edits = { readonly live?: (object: KubeObject) => object | undefined; readonly namespace?: string };

/** The change that leads from the live object to the one in the YAML. */
function changeOf(yaml: string, { live = (object) => object, namespace }: Edits = {}): PlannedChange {
  const target = targetFor(yaml, namespace);
  const { object } = target;
  const before = live(object);
  return planChange(target, before === undefined ? undefined : { ...before }, object);
}

const withOldData = (object: KubeObject): object => ({ ...object, data: { a: 'old' } });
const withOldTemplate = (object: KubeObject): object => ({ ...object, spec: { template: { spec: {} } } });

const planned = (policy: RestartPolicy, changes: readonly PlannedChange[]): RestartPlan =>
  planRestarts(policy, candidatesIn(changes), changes);
const linesOf = ({ restarts }: RestartPlan): readonly string[] =>
  restarts.map(({ workload, reason }) => `${formatWorkload(workload)}: ${reason}`);
const wordsOf = (owed: readonly OwedRestart[]): readonly string[] =>
  owed.map(({ workload, because }) => `${workload.namespace} ${formatWorkload(workload)} ${because}`);
const only = (name: string): RestartPolicy => ({ kind: 'only', workloads: [{ kind: 'Deployment', name }] });
const marked = (object: object, mark: string): object => ({
  ...object,
  metadata: { name: 'agent', annotations: { [OWN_ANNOTATIONS.restartDue]: mark } },
});

const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata: { name: db }\nstringData: { p: new }\n';

const unchanged = changeOf(AGENT);
const newRevision = changeOf(AGENT, { live: withOldTemplate });
const newWorkload = changeOf(AGENT, { live: () => undefined });
const paused = changeOf(AGENT.replace('spec: {', 'spec: { paused: true,'));
const sameConfig = changeOf(CONFIG);
const newConfig = changeOf(CONFIG, { live: withOldData });
const newConfigElsewhere = changeOf(CONFIG, { live: withOldData, namespace: 'other' });
const createdConfig = changeOf(CONFIG, { live: () => undefined });
const createdImmutable = changeOf(`${CONFIG}immutable: true\n`, { live: () => undefined });
const madeImmutable = changeOf(`${CONFIG}immutable: true\n`, {
  live: ({ immutable: _immutable, ...object }) => object,
});
const lostKey = changeOf(CONFIG, { live: (object) => ({ ...object, data: { a: 'new', b: 'gone now' } }) });
const lostAll = changeOf(CONFIG.replace('data: { a: new }\n', ''), { live: withOldData });
const newBytes = changeOf(`${CONFIG}binaryData: { b: AA== }\n`, {
  live: (object) => ({ ...object, binaryData: { b: 'AQ==' } }),
});
const relabelled = changeOf(CONFIG, {
  live: (object) => ({ ...object, metadata: { name: 'agent', labels: { a: 'b' } } }),
});
const storedSecret = (p: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db' },
  data: { p },
});
/** As the dry run has it: what was written as stringData is data. */
const secretOf = (before: string): PlannedChange =>
  planChange(targetFor(SECRET), storedSecret(before), storedSecret('bmV3'));
const newSecret = secretOf('b2xk');
const sameSecret = secretOf('bmV3');
const due = changeOf(CONFIG, { live: (object) => marked(object, 'deployment/agent') });
const dueOfOthers = changeOf(CONFIG, { live: (object) => marked(object, 'deployment/server') });
const dueAndChanged = changeOf(CONFIG, { live: (object) => marked(withOldData(object), 'deployment/agent') });
const dueElsewhere = changeOf(CONFIG, {
  live: (object) => marked(object, 'deployment/agent'),
  namespace: 'other',
});

const auto = { kind: 'auto' } as const;
const always = { kind: 'always' } as const;
const never = { kind: 'never' } as const;
const CHANGED = ['deployment/agent: ConfigMap/agent changed'];
const BOTH = ['deployment/agent: ConfigMap/agent, Secret/db changed'];
const DUE = ['deployment/agent: ConfigMap/agent was changed by an earlier run that did not restart it'];

for (const [says, policy, changes, expected] of [
  ['auto: its ConfigMap changed', auto, [unchanged, newConfig], CHANGED],
  ['auto-namespace: its ConfigMap changed', { kind: 'auto-namespace' }, [unchanged, newConfig], CHANGED],
  ['auto: its Secret changed, by stringData', auto, [unchanged, newSecret], ['deployment/agent: Secret/db changed']],
  ['auto: its ConfigMap and its Secret changed', auto, [newConfig, unchanged, newSecret], BOTH],
  ['auto: its ConfigMap is there for the first time', auto, [unchanged, createdConfig], CHANGED],
  ['auto: its immutable ConfigMap is made anew', auto, [unchanged, createdImmutable], CHANGED],
  ['auto: a key left its ConfigMap', auto, [unchanged, lostKey], CHANGED],
  ['auto: all keys left its ConfigMap', auto, [unchanged, lostAll], CHANGED],
  ['auto: binary data of its ConfigMap changed', auto, [unchanged, newBytes], CHANGED],
  ['auto: its ConfigMap is as before', auto, [unchanged, sameConfig], []],
  ['auto: its ConfigMap became immutable, and says the same', auto, [unchanged, madeImmutable], []],
  ['auto: its Secret has the same data as stringData', auto, [unchanged, sameSecret], []],
  ['auto: only a label of its ConfigMap changed', auto, [unchanged, relabelled], []],
  ['auto: a ConfigMap of that name in another namespace changed', auto, [unchanged, newConfigElsewhere], []],
  ['auto: it gets a new revision anyway', auto, [newRevision, newConfig], []],
  ['auto: it is new', auto, [newWorkload, newConfig], []],
  ['auto: it is paused, which kubectl refuses', auto, [paused, newConfig], []],
  ['never: its ConfigMap changed', never, [unchanged, newConfig], []],
  ['always: nothing changed', always, [unchanged], ['deployment/agent: restart: always']],
  ['always: it gets a new revision anyway', always, [newRevision], []],
  ['always: it is new', always, [newWorkload], []],
  ['listed: nothing changed', only('agent'), [unchanged], ['deployment/agent: listed in restart']],
  ['listed: it gets a new revision anyway', only('agent'), [newRevision], []],
  ['another is listed: its ConfigMap changed', only('server'), [unchanged, newConfig], []],
  ['auto: an earlier run owes it a restart', auto, [unchanged, due], DUE],
  ['auto: an earlier run owes it one, and its ConfigMap changed again', auto, [unchanged, dueAndChanged], CHANGED],
  [
    'auto: an earlier run owes it one, and its Secret changed',
    auto,
    [unchanged, due, newSecret],
    ['deployment/agent: Secret/db changed; ConfigMap/agent was changed by an earlier run that did not restart it'],
  ],
  ['auto: an earlier run owes it one, and it gets a new revision', auto, [newRevision, due], []],
  ['auto: an earlier run owes one to somebody else', auto, [unchanged, dueOfOthers], []],
  ['auto: an earlier run owes one to its namesake elsewhere', auto, [unchanged, dueElsewhere], []],
  ['never: an earlier run owes it one', never, [unchanged, due], []],
  ['another is listed: an earlier run owes it one', only('server'), [unchanged, due], []],
] as const) {
  test(`restart ${says} → ${expected.length === 0 ? 'no restart' : 'one restart'}`, () => {
    assert.deepEqual(linesOf(planned(policy, changes)), expected);
  });
}

const OWED = ['shop deployment/agent ConfigMap/agent'];

for (const [says, policy, changes, owed, postponed] of [
  ['what changed in this run', auto, [unchanged, newConfig], OWED, []],
  ['each that changed', auto, [unchanged, newConfig, newSecret], [...OWED, 'shop deployment/agent Secret/db'], []],
  ['what an earlier run changed', auto, [unchanged, due], OWED, []],
  ['what both changed, once', auto, [unchanged, dueAndChanged], OWED, []],
  ['what changed, whatever the policy that restarts', always, [unchanged, newConfig], OWED, []],
  ['nothing for a restart that no config is the reason of', always, [unchanged], [], []],
  ['nothing for what gets a new revision', auto, [newRevision, dueAndChanged], [], []],
  ['nothing that restart: never gives up', never, [unchanged, newConfig], [], []],
  ['what restart: never does not do for an earlier run', never, [unchanged, due], OWED, OWED],
  ['what a list does not do for an earlier run', only('server'), [unchanged, dueAndChanged], OWED, OWED],
  ['what a list does', only('agent'), [unchanged, due], OWED, []],
  ['the restart of a paused Deployment, for later', auto, [paused, newConfig], OWED, OWED],
] as const) {
  test(`marked as due: ${says}`, () => {
    const plan = planned(policy, changes);
    assert.deepEqual([wordsOf(plan.owed), wordsOf(plan.postponed)], [owed, postponed]);
  });
}

test('a paused Deployment that would be restarted is told of', () => {
  assert.deepEqual(planned(auto, [paused, newConfig]).notes, [
    'deployment/agent is paused and not restarted (ConfigMap/agent changed)',
  ]);
});

const linesOfCandidates = (...candidates: readonly RestartCandidate[]): readonly string[] =>
  linesOf(planRestarts(auto, candidates, [newConfig]));

test('a workload that is a candidate twice is restarted once, and not when one of the two gets a new revision', () => {
  const [candidate] = candidatesIn([unchanged]);
  assert.ok(candidate !== undefined);
  const copy = { ...candidate, object: { ...candidate.object } };
  assert.deepEqual(linesOfCandidates(candidate, copy), CHANGED);
  assert.deepEqual(linesOfCandidates(candidate, { ...copy, getsNewRevision: true }), []);
});

test('an unset ConfigMap of another API group is no configuration', () => {
  const foreign = changeOf(CONFIG.replace('v1', 'example.com/v1'), { live: withOldData });
  assert.deepEqual(changedConfig([foreign, newConfig]), [{ namespace: 'shop', name: 'ConfigMap/agent' }]);
});

for (const [says, yaml, expected] of [
  ['a Deployment', AGENT, 'deployment/agent'],
  ['a StatefulSet', AGENT.replace('Deployment', 'StatefulSet'), 'statefulset/agent'],
  ['a DaemonSet', AGENT.replace('Deployment', 'DaemonSet'), 'daemonset/agent'],
  ['a ConfigMap', CONFIG, undefined],
  ['a Job', AGENT.replace('Deployment', 'Job').replace('apps/v1', 'batch/v1'), undefined],
  ['a Deployment of another group', AGENT.replace('apps/v1', 'example.com/v1'), undefined],
] as const) {
  test(`${says} ${expected === undefined ? 'has no rollout' : 'has a rollout to see through'}`, () => {
    const workload = workloadOf(changeOf(yaml));
    assert.equal(workload === undefined ? undefined : formatWorkload(workload), expected);
  });
}

test('a workload that is touched twice is seen through once', () => {
  const one = { kind: 'Deployment', namespace: 'shop', name: 'a' } as const;
  assert.deepEqual(withoutRepeats([one, { ...one, name: 'b' }, { ...one }]), [one, { ...one, name: 'b' }]);
});
