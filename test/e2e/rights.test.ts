import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { textAt } from '../../src/values/json.ts';
import { newRevisions } from '../support/cluster.ts';
import { configMapText, documents, manifestText, workloadText } from '../support/workload-text.ts';
import {
  describeRight,
  grant,
  kubeconfigAs,
  kubeconfigOf,
  revokeAll,
  rightsIn,
  type Right,
} from '../support/rights.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';

/** A service account with exactly the Role that the check prints can deploy; without any one of its rights the check names that one. */

let scene: Scene;
/** Of the service account that deploys. */
let kubeconfig: string;
/** What the log said that the service account needs. */
let printed: readonly Right[] = [];

before(async () => {
  scene = await openScene('rights');
  kubeconfig = await kubeconfigOf('ci', scene);
});
after(async () => {
  await revokeAll(scene.cluster);
  await scene.close();
});

const SERVE = ['sh', '-c', 'mkdir -p /www && echo ok > /www/index.html && exec httpd -f -p 8080 -h /www'];
const CRASH = ['sh', '-c', 'echo no database >&2; exit 1'];

/** Without a probe a pod that ends at once counts as ready for a moment, which may be enough to be green. */
const AT_ONCE = { exec: { command: ['true'] }, periodSeconds: 1 };

const metadata = (name: string): object => ({ name });
const shopService = { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] };
const budget = { minAvailable: 0, selector: { matchLabels: { app: 'web' } } };

const migration = manifestText({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: metadata('migrate'),
  spec: {
    template: {
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1', command: ['true'] }] },
    },
  },
});

type Set = { readonly mode?: string; readonly isCrashing?: boolean; readonly more?: readonly string[] };

/** Of each kind one, and what `more` has. */
const setText = ({ mode = 'one', isCrashing = false, more = [] }: Set): string =>
  documents(
    configMapText('settings', { MODE: mode }),
    manifestText({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: metadata('credentials'),
      stringData: { KEY: scene.secret('k3y-of-the-shop') },
    }),
    manifestText({ apiVersion: 'v1', kind: 'Service', metadata: metadata('web'), spec: shopService }),
    workloadText({ name: 'web', containers: [{ envFrom: 'settings', command: SERVE }] }),
    workloadText({
      kind: 'StatefulSet',
      name: 'db',
      containers: [{ readinessProbe: AT_ONCE, ...(isCrashing ? { command: CRASH } : {}) }],
    }),
    ...more,
  );

const LEAVING = manifestText({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: metadata('web'),
  spec: budget,
});

const EVERYTHING = {
  manifests: 'set.yaml',
  'pre-deploy': 'migrate.yaml',
  'must-exist': 'references',
  'create-namespace': 'true',
  restart: 'auto-namespace',
  prune: 'true',
  'on-failure': 'rollback',
  'smoke-test': 'service/web:80/ contains=ok',
};

const deploySet = (set: Set, user: string, inputs: Readonly<Record<string, string>> = {}): Promise<Deploy> => {
  scene.commit();
  scene.write('set.yaml', setText(set));
  scene.write('migrate.yaml', migration);
  return scene.deploy({ inputs: { ...EVERYTHING, kubeconfig: user, ...inputs } });
};

/** What the log says of rights that are missing: errors and notes. */
const missingIn = ({ log }: Deploy): readonly string[] =>
  [...log.matchAll(/^(?:failed: | {2}- )?(may not .*)$/gm)].map(([, sentence = '']) => sentence);

const assertGreen = (deploy: Deploy): void => {
  assert.deepEqual([deploy.exitCode, deploy.outputs['result'], missingIn(deploy)], [0, 'succeeded', []], deploy.log);
};

test('a service account without any right is told all that it lacks, with the Roles as YAML, and nothing changes', async () => {
  const before = await scene.cluster.snapshot();

  const deploy = await deploySet({ more: [LEAVING] }, kubeconfig);

  assert.deepEqual([deploy.exitCode, deploy.outputs['reason'], deploy.changes], [1, 'access-denied', []], deploy.log);
  assert.deepEqual(await scene.cluster.snapshot(), before);
  const [, roles = ''] = /^The Role that this deploy needs:\n((?: {2}.*\n)+)/m.exec(deploy.log) ?? [];
  printed = rightsIn(roles.replaceAll(/^ {2}/gm, ''));
  const all = printed.map((right) => describeRight(right));
  assert.equal(new Set(all).size, all.length);
  for (const right of ['create namespaces', 'delete pods', 'get services/proxy', 'patch daemonsets.apps']) {
    assert.ok(all.includes(right), `${right}: ${all.join(', ')}`);
  }
  assert.match(deploy.log, /Let an administrator apply the ClusterRole and Role that the log shows, and bind it/);
});

/** What a deploy goes on without, and sees less; and to create the namespace, which is there. */
const HELPFUL: readonly string[] = [
  'create namespaces',
  'get pods',
  'watch pods',
  'get pods/log',
  'list events',
  'watch events',
  'watch deployments.apps',
  'watch statefulsets.apps',
  'watch daemonsets.apps',
  'list replicasets.apps',
  'list horizontalpodautoscalers.autoscaling',
  'list jobs.batch',
  'watch jobs.batch',
];

/** Has all but this right: "delete pods". */
const userWithout = (name: string): string => `lacks-${name.replaceAll(/[^a-z]/g, '-')}`;

describe('without one right of the printed Roles', () => {
  before(async () => {
    const users = printed.map(
      (right) => [userWithout(describeRight(right)), printed.filter((other) => other !== right)] as const,
    );
    await grant(Object.fromEntries(users), scene.cluster);
  });

  test('a plan names that right and no other, says what it is for, and is red when it is needed', async () => {
    const before = await scene.cluster.snapshot();
    const seen = new Map<string, boolean>();
    for (const right of printed) {
      const name = describeRight(right);
      const deploy = await deploySet({ more: [LEAVING] }, kubeconfigAs(userWithout(name), scene), { command: 'plan' });
      const said = missingIn(deploy);
      assert.equal(said.length, 1, `${name}: ${deploy.log}`);
      const [line = ''] = said;
      assert.equal(
        line.split(':')[0],
        `may not ${name}${right.namespace === undefined ? '' : ` in ${right.namespace}`}`,
      );
      assert.match(
        line,
        HELPFUL.includes(name) ? /: without it |: needed only for what is not there yet$/ : /: needed (?:to|for) /,
      );
      assert.equal(deploy.outputs['reason'], HELPFUL.includes(name) ? '' : 'access-denied', `${name}: ${deploy.log}`);
      seen.set(name, deploy.exitCode === 0);
      assert.deepEqual(deploy.changes, []);
    }
    assert.deepEqual(
      [...seen]
        .filter(([, isGreen]) => isGreen)
        .map(([name]) => name)
        .toSorted(),
      HELPFUL.toSorted(),
    );
    assert.deepEqual(await scene.cluster.snapshot(), before);
  });
});

describe('with exactly the printed Roles', () => {
  before(async () => {
    await grant({ ci: printed }, scene.cluster);
  });

  test('the first deploy is green, with its pre-deploy Job, its smoke test and its inventory', async () => {
    const deploy = await deploySet({ more: [LEAVING] }, kubeconfig);

    assertGreen(deploy);
    assert.match(deploy.summary, /service\/web:80\//);
    assert.notEqual(textAt(await scene.cluster.get('job/migrate'), 'status', 'completionTime'), undefined);
    assert.match(await scene.cluster.kubectl(['get', 'configmaps', '--output=name']), /k8s-deploy-inventory/);
  });

  test('a change of the ConfigMap restarts who reads it, and a workload that is not in the manifests too', async () => {
    const reader = workloadText({ name: 'reader', containers: [{ envFrom: 'settings' }] });
    await scene.cluster.kubectl(['create', '--filename=-'], { input: reader });
    await scene.cluster.kubectl(['rollout', 'status', 'deployment/reader', '--timeout=60s']);
    const revisions = await scene.cluster.revisions();

    const deploy = await deploySet({ mode: 'two', more: [LEAVING] }, kubeconfig);

    assertGreen(deploy);
    assert.deepEqual(newRevisions(revisions, await scene.cluster.revisions()), { web: 1, reader: 1 });
  });

  test('a deploy that fails is rolled back: what it changed, what it created, and the broken pod of a StatefulSet', async () => {
    const deploy = await deploySet(
      { isCrashing: true, mode: 'three', more: [LEAVING, configMapText('new', {})] },
      kubeconfig,
    );

    assert.deepEqual([deploy.outputs['result'], deploy.outputs['rolled-back']], ['failed', 'true'], deploy.log);
    assert.deepEqual(missingIn(deploy), []);
    assert.match(deploy.commands.join('\n'), /delete pod db-0/);
    assert.match(deploy.commands.join('\n'), /delete configmaps?\S* ?new|delete configmap\/new/);
    assert.equal(textAt(await scene.cluster.get('configmap/settings'), 'data', 'MODE'), 'two');
  });

  test('what left the manifests is deleted, although nothing of its kind is left in them, but not without the right', async () => {
    const lacking = kubeconfigAs(userWithout('delete poddisruptionbudgets.policy'), scene);

    const refused = await deploySet({ mode: 'two' }, lacking);
    const deploy = await deploySet({ mode: 'two' }, kubeconfig);

    assert.deepEqual([refused.outputs['reason'], refused.changes], ['access-denied', []], refused.log);
    assert.match(missingIn(refused).join('\n'), /^may not delete poddisruptionbudgets\.policy in \S+: .* \(web\)$/);
    assertGreen(deploy);
    assert.match(deploy.log, /PodDisruptionBudget\/web in \S+ deleted/);
    assert.equal(await scene.cluster.kubectl(['get', 'poddisruptionbudgets', '--output=name']), '');
  });
});

test('who may only get and patch what is there deploys it again, and is told once what that costs', async () => {
  const kinds = ['configmaps', 'secrets', 'services', 'deployments.apps', 'statefulsets.apps'];
  const names = kinds.flatMap((kind) => [`get ${kind}`, `patch ${kind}`]);
  await grant({ modest: printed.filter((right) => names.includes(describeRight(right))) }, scene.cluster);
  const noMore = {
    'pre-deploy': '',
    'create-namespace': '',
    restart: '',
    prune: '',
    'on-failure': '',
    'smoke-test': '',
  };

  const deploy = await deploySet({ mode: 'four' }, kubeconfigAs('modest', scene), noMore);

  assert.deepEqual([deploy.exitCode, deploy.outputs['changed']], [0, 'true'], deploy.log);
  assert.deepEqual(
    missingIn(deploy).map((sentence) => sentence.replaceAll(` in ${scene.cluster.namespace}`, '').split(':')[0]),
    [
      'may not list, watch deployments.apps',
      'may not list replicasets.apps',
      'may not list horizontalpodautoscalers.autoscaling',
      'may not list, watch pods',
      'may not get pods',
      'may not get pods/log',
      'may not list, watch events',
      'may not list, watch statefulsets.apps',
      `may not create ${kinds.join(', ')}`,
    ],
  );
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
