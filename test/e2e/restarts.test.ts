import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { objectsAt, textAt, valueAt } from '../../src/values/json.ts';
import { newRevisions } from '../support/cluster.ts';
import { workloadsOf } from '../support/runner.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { configMapText, documents, manifestText } from '../support/workload-text.ts';

/** Who gets new pods when a ConfigMap or Secret changes: Deployments without replicas have revisions, and no pods to wait for. */

type Fields = Readonly<Record<string, unknown>>;

const fromMap = (key: string): Fields => ({ name: key, valueFrom: { configMapKeyRef: { name: 'settings', key } } });
const mounted = (volume: Fields, mount: Fields = {}): Fields => ({
  volumes: [{ name: 'config', ...volume }],
  containers: [{ volumeMounts: [{ name: 'config', mountPath: '/config', ...mount }] }],
});

/** How pods read the ConfigMap `settings` or the Secret `key`. */
const READERS: Readonly<Record<string, Fields>> = {
  'map-env': { containers: [{ env: [fromMap('COLOUR')] }] },
  'map-env-from': { containers: [{ envFrom: [{ configMapRef: { name: 'settings' } }] }] },
  'map-volume': mounted({ configMap: { name: 'settings' } }),
  'map-sub-path': mounted({ configMap: { name: 'settings' } }, { subPath: 'COLOUR' }),
  'map-init': { initContainers: [{ env: [fromMap('COLOUR')] }], containers: [{}] },
  'map-projected': mounted({ projected: { sources: [{ configMap: { name: 'settings' } }] } }),
  'key-env': { containers: [{ env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'key', key: 'KEY' } } }] }] },
  'key-volume': mounted({ secret: { secretName: 'key' } }),
  'key-projected': mounted({ projected: { sources: [{ secret: { name: 'key' } }] } }),
};

/** Those that name them, and whose containers never read them. */
const OTHERS: Readonly<Record<string, Fields>> = {
  nothing: { containers: [{}] },
  'pull-secret': { imagePullSecrets: [{ name: 'key' }], containers: [{}] },
  unmounted: { volumes: [{ name: 'config', configMap: { name: 'settings' } }], containers: [{}] },
  'other-optional': { containers: [{ envFrom: [{ configMapRef: { name: 'elsewhere', optional: true } }] }] },
};

const MAP_READERS = Object.keys(READERS).filter((name) => name.startsWith('map-'));
const KEY_READERS = Object.keys(READERS).filter((name) => name.startsWith('key-'));

let scene: Scene;
before(async () => {
  scene = await openScene('restarts');
  const { exitCode, log } = await deploySet(SET);
  assert.equal(exitCode, 0, log);
});
after(async () => scene.close());

type ConfigSet = { readonly settings: Readonly<Record<string, string>>; readonly key: string; readonly mark?: string };

const SET: ConfigSet = { settings: { COLOUR: 'red', SIZE: 'small' }, key: 'first' };

/** All readers and the others, with their configuration. */
function deploySet({ settings, key, mark = 'none' }: ConfigSet, restart = 'auto'): Promise<Deploy> {
  scene.write(
    'set.yaml',
    documents(
      manifestText({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'settings', labels: { mark } },
        data: settings,
      }),
      manifestText({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'key' },
        stringData: { KEY: scene.secret(`s3cr3t-${key}`) },
      }),
      ...Object.entries({ ...READERS, ...OTHERS }).map(([name, pod]) => deploymentText(name, pod)),
    ),
  );
  return deployOf('set.yaml', restart);
}

function deployOf(manifests: string, restart = 'auto'): Promise<Deploy> {
  return scene.deploy({ inputs: { manifests, restart, timeout: '60s' } });
}

function deploymentText(name: string, pod: Fields, spec: Fields = {}): string {
  const containers = ['initContainers', 'containers'].map((list) => [
    list,
    objectsAt(pod, list).map((container) => ({
      name: list === 'containers' ? 'main' : 'init',
      image: 'busybox:1',
      ...container,
    })),
  ]);
  const labels = { app: name };
  return manifestText({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      ...spec,
      template: { metadata: { labels }, spec: { ...pod, ...Object.fromEntries(containers) } },
    },
  });
}

type Restarted = { readonly deploy: Deploy; readonly revisions: Readonly<Record<string, number>> };

async function revisionsBy(deploying: () => Promise<Deploy>): Promise<Restarted> {
  const before = await scene.cluster.revisions();
  const deploy = await deploying();
  assert.equal(deploy.exitCode, 0, deploy.log);
  return { deploy, revisions: newRevisions(before, await scene.cluster.revisions()) };
}

/** Each of these got one revision, nobody else did, and log and summary say why. */
function assertRestarted({ deploy, revisions }: Restarted, names: readonly string[], reason: string): void {
  assert.deepEqual(revisions, Object.fromEntries(names.map((name) => [name, 1])), deploy.log);
  const told = [...deploy.log.matchAll(/^restart +deployment\/(\S+) \((.*)\)$/gm)].map(
    ([, name, why]) => `${name}: ${why}`,
  );
  assert.deepEqual(told.toSorted(), names.map((name) => `${name}: ${reason}`).toSorted());
  const changed = Object.entries(workloadsOf(deploy)).filter(([, { change }]) => change === 'restarted');
  assert.deepEqual(changed.map(([name]) => name).toSorted(), names.map((name) => `deployment/${name}`).toSorted());
  assert.equal(deploy.summary.split(`restarted: ${reason}`).length - 1, names.length, deploy.summary);
}

test('nothing changed: nothing is restarted', async () => {
  const before = await scene.cluster.snapshot();

  const deploy = await deploySet(SET);

  assert.deepEqual([deploy.exitCode, deploy.outputs['changed'], deploy.changes], [0, 'false', []], deploy.log);
  assert.deepEqual(await scene.cluster.snapshot(), before);
});

test('a ConfigMap that got another label restarts nobody', async () => {
  const { deploy, revisions } = await revisionsBy(() => deploySet({ ...SET, mark: 'new' }));

  assert.equal(deploy.outputs['changed'], 'true');
  assert.deepEqual(revisions, {});
});

for (const [says, set, names, reason] of [
  [
    'a changed value',
    { settings: { COLOUR: 'blue', SIZE: 'small' }, key: 'first' },
    MAP_READERS,
    'ConfigMap/settings changed',
  ],
  ['a key that is gone', { settings: { COLOUR: 'blue' }, key: 'first' }, MAP_READERS, 'ConfigMap/settings changed'],
  [
    'a Secret that changed in its stringData',
    { settings: { COLOUR: 'blue' }, key: 'second' },
    KEY_READERS,
    'Secret/key changed',
  ],
] as const) {
  test(`${says} restarts those whose containers read it, each once, and nobody else`, async () => {
    assertRestarted(await revisionsBy(() => deploySet(set)), names, reason);
  });
}

test('restartedAt belongs to kubectl-rollout, and the deploy after a restart, of ours or by hand, makes no revision', async () => {
  const { cluster } = scene;
  const owners = objectsAt(
    JSON.parse(await cluster.kubectl(['get', 'deployment/map-env', '--show-managed-fields', '--output=json'])),
    'metadata',
    'managedFields',
  );
  const owner = owners.find((entry) => JSON.stringify(entry).includes('restartedAt'));
  assert.equal(textAt(owner, 'manager'), 'kubectl-rollout');
  await cluster.kubectl(['rollout', 'restart', 'deployment/nothing']);
  const before = await cluster.snapshot();

  const deploy = await deploySet({ settings: { COLOUR: 'blue' }, key: 'second' });

  assert.deepEqual([deploy.exitCode, deploy.changes], [0, []], deploy.log);
  assert.deepEqual(await cluster.snapshot(), before);
});

for (const [restart, names, reason] of [
  ['never', [], ''],
  ['always', [...Object.keys(READERS), ...Object.keys(OTHERS)], 'restart: always'],
  ['deployment/nothing', ['nothing'], 'listed in restart'],
] as const) {
  test(`restart: ${restart} does what it says, whatever changed`, async () => {
    const set = { settings: { COLOUR: restart.replace('/', '-') }, key: 'second' };
    assertRestarted(await revisionsBy(() => deploySet(set, restart)), names, reason);
  });
}

function deployReader(
  name: string,
  value: string,
  pod: Fields = {},
  spec: Fields = {},
  restart = 'auto',
): Promise<Deploy> {
  const containers = [{ envFrom: [{ configMapRef: { name: `of-${name}` } }], ...pod }];
  scene.write(
    `${name}.yaml`,
    documents(configMapText(`of-${name}`, { value }), deploymentText(name, { containers }, spec)),
  );
  return deployOf(`${name}.yaml`, restart);
}

test('a workload that gets a new revision anyway is not restarted besides', async () => {
  assert.equal((await deployReader('both', 'one')).exitCode, 0);

  const { deploy, revisions } = await revisionsBy(() =>
    deployReader('both', 'two', { env: [{ name: 'MODE', value: 'new' }] }),
  );

  assert.deepEqual(revisions, { both: 1 });
  assert.equal(workloadsOf(deploy)['deployment/both']?.change, 'new revision');
  assert.deepEqual(
    deploy.changes.filter((command) => command.includes('restart ')),
    [],
  );
});

/** A Deployment with an immutable ConfigMap of this name. */
function deployNamed(name: string): Promise<Deploy> {
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, immutable: true, data: { name } };
  scene.write(
    'named.yaml',
    documents(manifestText(map), deploymentText('named', { containers: [{ envFrom: [{ configMapRef: { name } }] }] })),
  );
  return deployOf('named.yaml');
}

test('an immutable ConfigMap under a new name is a new revision, and no restart', async () => {
  assert.equal((await deployNamed('named-1')).exitCode, 0);

  const { deploy, revisions } = await revisionsBy(() => deployNamed('named-2'));

  assert.deepEqual(revisions, { named: 1 });
  assert.equal(workloadsOf(deploy)['deployment/named']?.change, 'new revision');
  assert.equal(deploy.changes.length, 1, deploy.changes.join('\n'));
});

test('a reader that is not in the manifests is left alone by auto, and restarted by auto-namespace', async () => {
  const pod = { containers: [{ envFrom: [{ configMapRef: { name: 'of-inside' } }] }] };
  assert.equal((await deployReader('inside', 'one')).exitCode, 0);
  await scene.cluster.kubectl(['create', '--filename=-'], {
    input: documents(deploymentText('outside', pod), deploymentText('apart', { containers: [{}] })),
  });
  await scene.cluster.kubectl(['rollout', 'status', 'deployment/outside', '--timeout=30s']);
  await scene.cluster.kubectl(['rollout', 'status', 'deployment/apart', '--timeout=30s']);

  const auto = await revisionsBy(() => deployReader('inside', 'two'));
  const wide = await revisionsBy(() => deployReader('inside', 'three', {}, {}, 'auto-namespace'));

  assertRestarted(auto, ['inside'], 'ConfigMap/of-inside changed');
  assertRestarted(wide, ['inside', 'outside'], 'ConfigMap/of-inside changed');
});

test('a paused Deployment is told, left alone, and restarted by the deploy that finds it resumed', async () => {
  assert.equal((await deployReader('paused', 'one')).exitCode, 0);

  const paused = await revisionsBy(() => deployReader('paused', 'two', {}, { paused: true }));
  const resumed = await revisionsBy(() => deployReader('paused', 'two'));

  assert.deepEqual(paused.revisions, {});
  assert.match(paused.deploy.log, /^deployment\/paused is paused and not restarted \(ConfigMap\/of-paused changed\)$/m);
  assertRestarted(resumed, ['paused'], 'ConfigMap/of-paused was changed by an earlier run that did not restart it');
  const map = await scene.cluster.get('configmap/of-paused');
  assert.deepEqual(
    Object.keys(Object(valueAt(map, 'metadata', 'annotations'))).filter((name) => name.includes('restart')),
    [],
  );
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
