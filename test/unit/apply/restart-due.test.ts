import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planChange, type PlannedChange } from '../../../src/apply/change.ts';
import { findDueWorkloads } from '../../../src/apply/due-workloads.ts';
import { dueOf, duePer, dueRestarts, unmarkCommands, type OwedRestart } from '../../../src/apply/restart-due.ts';
import { OWN_ANNOTATIONS } from '../../../src/kube/own-annotations.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { formatWorkload } from '../../../src/values/workload.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { failureOfWork } from '../../support/failures.ts';
import { targetFor } from '../../support/target-for.ts';

const KUBECTL = { path: '/opt/kubectl', kubeconfigPath: '/tmp/private/kubeconfig', context: 'prod' };

const marked = (mark: unknown): JsonObject => ({ metadata: { annotations: { [OWN_ANNOTATIONS.restartDue]: mark } } });

for (const [says, live, expected] of [
  ['nothing', { metadata: {} }, []],
  ['one', marked('deployment/agent'), ['deployment/agent']],
  ['several', marked('deployment/agent statefulset/db'), ['deployment/agent', 'statefulset/db']],
  ['any blanks between', marked('  deployment/agent\n daemonset/log '), ['deployment/agent', 'daemonset/log']],
  [
    'words that name no workload',
    marked('agent pod/a deployment/ deployment/a/b deployment/OK deployment/b'),
    ['deployment/b'],
  ],
  ['nothing but blanks', marked(' '), []],
  ['no text', marked(7), []],
] as const) {
  test(`a mark with ${says} is understood`, () => {
    assert.deepEqual(dueOf(live).map(formatWorkload), expected);
  });
}

type Wish = {
  readonly kind?: 'ConfigMap' | 'Secret' | 'Service';
  readonly name?: string;
  readonly namespace?: string;
  /** Of the live object; undefined when it is created. */
  readonly mark?: string | undefined;
  readonly isNew?: boolean;
  readonly isChanged?: boolean;
};

function changeOf(wish: Wish = {}): PlannedChange {
  const { kind = 'ConfigMap', name = 'agent', namespace = 'shop', mark, isNew = false, isChanged = false } = wish;
  const target = targetFor(
    `{ apiVersion: v1, kind: ${kind}, metadata: { name: ${name} }, data: { a: new } }`,
    namespace,
  );
  const live = { ...target.object, ...(mark === undefined ? {} : marked(mark)), ...(isChanged ? { data: {} } : {}) };
  const planned = planChange(target, isNew ? undefined : live, target.object);
  return { ...planned, kind: isNew ? 'created' : isChanged ? 'configured' : 'unchanged' };
}

const owe = (name: string, because: OwedRestart['because'], namespace = 'shop'): OwedRestart => ({
  workload: { kind: 'Deployment', namespace, name },
  because,
});

test('what earlier runs owe is read from the ConfigMaps and Secrets of the set', () => {
  const changes = [
    changeOf({ mark: 'deployment/a' }),
    changeOf({ kind: 'Secret', name: 'db', namespace: 'other', mark: 'deployment/a deployment/b' }),
    changeOf({ kind: 'Service', mark: 'deployment/c' }),
    changeOf({ isNew: true }),
  ];
  assert.deepEqual(dueRestarts(changes), [
    owe('a', 'ConfigMap/agent'),
    owe('a', 'Secret/db', 'other'),
    owe('b', 'Secret/db', 'other'),
  ]);
});

for (const [says, change, owed, expected] of [
  ['nothing when nothing is owed', changeOf({ isChanged: true }), [], undefined],
  [
    'who consumes it, sorted and once',
    changeOf({ isChanged: true }),
    [owe('b', 'ConfigMap/agent'), owe('a', 'ConfigMap/agent'), owe('b', 'ConfigMap/agent')],
    'deployment/a deployment/b',
  ],
  ['who consumes it from its first moment', changeOf({ isNew: true }), [owe('a', 'ConfigMap/agent')], 'deployment/a'],
  ['not who consumes another', changeOf({ isChanged: true }), [owe('a', 'Secret/agent')], undefined],
  ['not who is elsewhere', changeOf({ isChanged: true }), [owe('a', 'ConfigMap/agent', 'other')], undefined],
  ['nothing on an object of another kind', changeOf({ kind: 'Service' }), [owe('a', 'ConfigMap/agent')], undefined],
] as const) {
  test(`a ConfigMap is marked with ${says}`, () => assert.equal(duePer(change, owed), expected));
}

const A = owe('a', 'ConfigMap/agent');
const ANNOTATE = (...names: readonly string[]): readonly string[] => [
  'annotate',
  ...names,
  'k8s-deploy/restart-due-',
  '--field-manager=k8s-deploy',
];

for (const [says, changes, owed, postponed, expected] of [
  ['nothing when nothing was marked', [changeOf(), changeOf({ isChanged: true })], [], [], []],
  [
    'what this run marked',
    [changeOf({ isChanged: true })],
    [A],
    [],
    [['--namespace=shop', ...ANNOTATE('configmaps/agent')]],
  ],
  [
    'what an earlier run marked, though it is unchanged',
    [changeOf({ mark: 'deployment/a' })],
    [A],
    [],
    [['--namespace=shop', ...ANNOTATE('configmaps/agent')]],
  ],
  [
    'what nobody is owed any more',
    [changeOf({ mark: 'deployment/gone' })],
    [],
    [],
    [['--namespace=shop', ...ANNOTATE('configmaps/agent')]],
  ],
  ['what is garbage', [changeOf({ mark: '?' })], [], [], [['--namespace=shop', ...ANNOTATE('configmaps/agent')]]],
  [
    'one command for each namespace',
    [
      changeOf({ isChanged: true }),
      changeOf({ kind: 'Secret', name: 'db', mark: 'deployment/a' }),
      changeOf({ namespace: 'other', mark: 'deployment/a' }),
    ],
    [A],
    [],
    [
      ['--namespace=shop', ...ANNOTATE('configmaps/agent', 'secrets/db')],
      ['--namespace=other', ...ANNOTATE('configmaps/agent')],
    ],
  ],
  [
    'nothing while a restart of it is postponed',
    [changeOf({ mark: 'deployment/a deployment/b' })],
    [A, owe('b', 'ConfigMap/agent')],
    [A],
    [],
  ],
  [
    'what has no part in what is postponed',
    [changeOf({ mark: 'deployment/a' })],
    [A],
    [owe('a', 'Secret/db'), owe('a', 'ConfigMap/agent', 'other')],
    [['--namespace=shop', ...ANNOTATE('configmaps/agent')]],
  ],
  ['nothing of other kinds', [changeOf({ kind: 'Service', mark: 'deployment/a' })], [], [], []],
  ['nothing from an unchanged ConfigMap that was not marked', [changeOf()], [A], [], []],
] as const) {
  test(`after the restarts the marks are removed: ${says}`, () => {
    const commands = unmarkCommands(KUBECTL, changes, { owed, postponed });
    assert.deepEqual(
      commands.map(({ args }) => args),
      expected.map((args) => ['--context=prod', ...args]),
    );
    assert.ok(commands.every(({ env, timeoutSeconds = 0 }) => env?.['KUBECONFIG'] !== undefined && timeoutSeconds > 0));
  });
}

const DEPLOYMENTS = '/apis/apps/v1/namespaces/shop/deployments';
const live = (name: string, metadata: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, ...metadata },
});

test('a workload that is owed a restart and that nobody knows is read once, whatever it is owed it for', async () => {
  const api = fakeApi({ [`${DEPLOYMENTS}/a`]: live('a') });
  const found = await findDueWorkloads(
    [A, owe('a', 'Secret/db'), owe('known', 'ConfigMap/agent')],
    [owe('known', 'ConfigMap/agent').workload],
    api,
  );
  assert.deepEqual(found, {
    candidates: [{ workload: A.workload, object: live('a'), getsNewRevision: false }],
    notes: [],
  });
  assert.deepEqual(api.requests, [`GET ${DEPLOYMENTS}/a`]);
});

for (const [says, answers] of [
  ['does not exist any more', {}],
  ['is being deleted', { [`${DEPLOYMENTS}/a`]: live('a', { deletionTimestamp: '2026-01-01T00:00:00Z' }) }],
] as const) {
  test(`a workload that ${says} is owed nothing, which is told`, async () => {
    assert.deepEqual(await findDueWorkloads([A], [], fakeApi(answers)), {
      candidates: [],
      notes: ['deployment/a is gone: the restart that an earlier run owed it because of ConfigMap/agent is dropped'],
    });
  });
}

test('a workload that may not be read is no workload that is gone', async () => {
  const api = fakeApi({ [`${DEPLOYMENTS}/a`]: { kind: 'Status', code: 403, message: 'no' } });
  assert.equal((await failureOfWork(async () => findDueWorkloads([A], [], api))).code, 'access-denied');
});
