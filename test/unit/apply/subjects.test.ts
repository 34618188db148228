import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planChange, type ChangeKind, type PlannedChange } from '../../../src/apply/change.ts';
import { checkChanges, type CheckScope, type PlannedApply } from '../../../src/apply/check.ts';
import { workloadOf } from '../../../src/apply/restart.ts';
import { findAnnotationFindings, otherSubjectsOf, subjectsOf } from '../../../src/apply/subjects.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { manifestOf, targetOf } from '../../support/manifests.ts';

type Wish = { readonly kind?: ChangeKind; readonly annotations?: string };

const yamlOf = (apiVersion: string, kind: string, annotations = ''): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: a\n${annotations === '' ? '' : `  annotations:\n    ${annotations}\n`}`;

async function changeTo(apiVersion: string, kind: string, wish: Wish = {}): Promise<PlannedChange> {
  const target = targetOf(await manifestOf(yamlOf(apiVersion, kind, wish.annotations)));
  return { ...planChange(target, undefined, undefined), kind: wish.kind ?? 'created' };
}

const SCOPE: CheckScope = {
  plan: {
    setImage: [],
    restart: { kind: 'never' },
    forceConflicts: false,
    jobPolicy: 'fail',
    inventory: undefined,
    origin: { commit: 'c', repository: 'org/shop', runUrl: '' },
  },
  namespace: 'shop',
  images: [],
  preDeploy: [],
};
const NOTHING: PlannedApply = {
  changes: [],
  preDeploy: [],
  images: [],
  restarts: [],
  owed: [],
  postponed: [],
  workloads: [],
  notes: [],
};
function planOf(changes: readonly PlannedChange[], more: Partial<PlannedApply> = {}): PlannedApply {
  const workloads = changes.map(workloadOf).filter((workload) => workload !== undefined);
  return { ...NOTHING, changes, workloads, ...more };
}

for (const [apiVersion, kind, rule, path] of [
  ['apps/v1', 'Deployment', 'Deployment', '/apis/apps/v1/namespaces/shop/deployments/a'],
  ['apps/v1', 'StatefulSet', 'StatefulSet', '/apis/apps/v1/namespaces/shop/statefulsets/a'],
  ['apps/v1', 'DaemonSet', 'DaemonSet', '/apis/apps/v1/namespaces/shop/daemonsets/a'],
  ['batch/v1', 'Job', 'Job', '/apis/batch/v1/namespaces/shop/jobs/a'],
  ['v1', 'Pod', 'Pod', '/api/v1/namespaces/shop/pods/a'],
  ['cert-manager.io/v1', 'Certificate', 'custom', '/apis/cert-manager.io/v1/namespaces/shop/certificates/a'],
  ['cluster.x-k8s.io/v1', 'Machine', 'custom', '/apis/cluster.x-k8s.io/v1/namespaces/shop/machines/a'],
] as const) {
  test(`${kind} of ${apiVersion} is waited for by the rule ${rule}`, async () => {
    const subject = { kind, namespace: 'shop', name: 'a', rule, path };
    assert.deepEqual(subjectsOf(planOf([await changeTo(apiVersion, kind)])), [{ subject, isChanged: true }]);
  });
}

for (const [apiVersion, kind] of [
  ['v1', 'ConfigMap'],
  ['v1', 'Service'],
  ['apps/v1', 'ReplicaSet'],
  ['batch/v1', 'CronJob'],
  ['networking.k8s.io/v1', 'Ingress'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['policy/v1', 'PodDisruptionBudget'],
] as const) {
  test(`${kind} of ${apiVersion} is finished once it is stored`, async () => {
    assert.deepEqual(subjectsOf(planOf([await changeTo(apiVersion, kind)])), []);
  });
}

test('a custom resource outside of namespaces has the namespace ""', async () => {
  const change = await changeTo('cert-manager.io/v1', 'ClusterIssuer');
  const path = '/apis/cert-manager.io/v1/clusterissuers/a';
  const [found] = subjectsOf(planOf([{ ...change, target: { ...change.target, namespace: undefined, path } }]));
  assert.deepEqual([found?.subject.namespace, found?.subject.path], ['', path]);
});

for (const [apiVersion, kind] of [
  ['batch/v1', 'Job'],
  ['v1', 'Pod'],
  ['cert-manager.io/v1', 'Certificate'],
] as const) {
  test(`${kind} with k8s-deploy/wait: "false" is not waited for`, async () => {
    const change = await changeTo(apiVersion, kind, { annotations: 'k8s-deploy/wait: "false"' });
    assert.deepEqual([findAnnotationFindings([change.target]), subjectsOf(planOf([change]))], [[], []]);
  });
}

test('an object of any kind that declares when it is ready is waited for', async () => {
  const annotations = "k8s-deploy/ready-when: '{.status.loadBalancer.ingress[0].ip}'";
  const change = await changeTo('v1', 'Service', { annotations });
  assert.deepEqual(
    [findAnnotationFindings([change.target]), subjectsOf(planOf([change])).map(({ subject }) => subject.rule)],
    [[], ['custom']],
  );
});

for (const kind of ['created', 'configured', 'unchanged'] as const) {
  test(`${kind} by this run: ${kind === 'unchanged' ? 'not ' : ''}changed`, async () => {
    const changes = [await changeTo('apps/v1', 'Deployment', { kind }), await changeTo('batch/v1', 'Job', { kind })];
    const isChanged = kind !== 'unchanged';
    assert.deepEqual(
      subjectsOf(planOf(changes)).map((one) => one.isChanged),
      [isChanged, isChanged],
    );
  });
}

const imageOf = (name: string, after: string) => ({
  workload: { kind: 'Deployment', namespace: 'shop', name } as const,
  object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
  images: after === '' ? [] : [{ container: 'app', before: 'app:1', after }],
});

test('a workload outside of the manifests is changed by a restart, and by a set image that does something', () => {
  const workloads = ['still', 'same-image', 'new-image', 'restarted'].map(
    (name) => ({ kind: 'Deployment', namespace: 'shop', name }) as const,
  );
  const restarts = workloads.slice(3).map((workload) => ({ workload, reason: 'listed in restart' }));
  const images = [imageOf('same-image', ''), imageOf('new-image', 'app:2')];
  assert.deepEqual(
    subjectsOf({ ...NOTHING, images, restarts, workloads }).map(({ subject, isChanged }) => [subject.name, isChanged]),
    [
      ['still', false],
      ['same-image', false],
      ['new-image', true],
      ['restarted', true],
    ],
  );
});

for (const [apiVersion, kind, annotations, message] of [
  [
    'a.example.com/v1',
    'A',
    'k8s-deploy/ready-when: .status.phase=Up',
    /ready-when is not understood: "\.status\.phase=Up"/,
  ],
  ['a.example.com/v1', 'A', "k8s-deploy/failed-when: '{.a[1:2]}=b'", /failed-when is not understood: .*"\[1:2\]"/],
  ['a.example.com/v1', 'A', 'k8s-deploy/wait: false', /wait is not text/],
  ['v1', 'ConfigMap', 'k8s-deploy/wait: "no"', /wait is "no"/],
  ['v1', 'Pod', "k8s-deploy/ready-when: '{.a}=b'", /ready-when is not for a Pod, which has a rule of its own/],
  ['batch/v1', 'Job', "k8s-deploy/failed-when: '{.a}=b'", /failed-when is not for a Job/],
  [
    'apps/v1',
    'Deployment',
    'k8s-deploy/wait: "false"',
    /wait is not for a Deployment: its rollout is always waited for/,
  ],
  ['apps/v1', 'Deployment', 'k8s-deploy/wave: 1', /wave is not text/],
  ['v1', 'ConfigMap', 'k8s-deploy/wave: "1.5"', /wave is "1.5"/],
  ['v1', 'ConfigMap', 'k8s-deploy/wave: "first"', /wave is "first"/],
] as const) {
  test(`${kind} with ${annotations} is a problem with file and line`, async () => {
    const { target } = await changeTo(apiVersion, kind, { annotations });
    const [finding, ...more] = findAnnotationFindings([target]);
    assert.match(finding?.problem.message ?? '', message);
    assert.ok((finding?.problem.hint ?? '') !== '');
    assert.deepEqual(
      [finding?.code, finding?.problem.file, finding?.problem.line],
      ['manifest-invalid', 'k8s/app.yaml', 6],
    );
    assert.deepEqual(more, []);
  });
}

test('a wave is right for every kind', async () => {
  const { target } = await changeTo('apps/v1', 'Deployment', { annotations: 'k8s-deploy/wave: "-2"' });
  assert.deepEqual(findAnnotationFindings([target]), []);
});

test('a bad annotation is found together with what the cluster would refuse', async () => {
  const api = fakeApi({});
  const targets = [
    targetOf(await manifestOf(yamlOf('a.example.com/v1', 'A', 'k8s-deploy/wait: "no"'))),
    targetOf(await manifestOf(yamlOf('v1', 'Pod'))),
  ];
  const { findings } = await checkChanges(targets, SCOPE, api);
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['manifest-invalid', 'namespace-missing', 'namespace-missing'],
  );
});

test('a Job that is replaced is waited for, and is changed', async () => {
  const [found] = otherSubjectsOf([await changeTo('batch/v1', 'Job', { kind: 'replaced' })]);
  assert.deepEqual([found?.subject.rule, found?.isChanged], ['Job', true]);
});
