import assert from 'node:assert/strict';
import { chmodSync, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { objectsAt, textAt, valueAt } from '../../src/values/json.ts';
import { newRevisions } from '../support/cluster.ts';
import { configMapText, documents, manifestText, workloadText } from '../support/workload-text.ts';
import { workloadsOf } from '../support/runner.ts';
import { openScene, type Deploy, type Scene, type Wish } from '../support/scene.ts';
import { until } from '../support/until.ts';

/** What is applied, in which order, and what is left when it goes wrong in the middle. */

let scene: Scene;
before(async () => {
  scene = await openScene('safe-apply');
});
after(async () => {
  await scene.cluster.kubectl(['delete', 'crd', ...DEFINITIONS, '--wait=false', '--ignore-not-found']);
  await scene.close();
});

const GROUP = 'safe-apply.example.com';
const DEFINITIONS = [`widgets.${GROUP}`, `catalogues.${GROUP}`];

/** What kubectl says that it applied: ["namespace/shop", "configmap/settings"], in its order. */
function applied({ log }: Deploy): readonly string[] {
  return [...log.matchAll(/^ {2}(\S+) serverside-applied$/gm)].map(([, name = '']) => name);
}

function assertGreen({ outputs, exitCode, log }: Deploy): void {
  assert.deepEqual([outputs['result'], exitCode], ['succeeded', 0], log);
}

function assertRed({ outputs, exitCode, log }: Deploy, reason: string): void {
  assert.deepEqual([outputs['result'], outputs['reason'], exitCode], ['failed', reason, 1], log);
}

const isThere = async (name: string, cluster = scene.cluster): Promise<boolean> =>
  (await cluster.kubectl(['get', name, '--ignore-not-found', '--output=name'])) !== '';

describe('the order of one set', () => {
  test('a namespace, a definition with its resource, and all that a Deployment needs go in one deploy, whatever the order in the files', async () => {
    const namespace = `${scene.cluster.namespace}-new`;
    const cluster = scene.addNamespace(namespace);
    const serviceAccountName = 'runner';
    const metadata = { name: serviceAccountName };
    scene.write(
      'whole/1.yaml',
      documents(
        workloadText({ name: 'web', spec: { replicas: 1 }, containers: [{ envFrom: 'settings' }] }),
        manifestText({ apiVersion: `${GROUP}/v1`, kind: 'Widget', metadata: { name: 'first' }, spec: { size: 1 } }),
        manifestText({
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'web' },
          spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
        }),
        configMapText('settings', { MODE: 'whole' }),
      ),
    );
    scene.write(
      'whole/2.yaml',
      documents(
        manifestText({
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'RoleBinding',
          metadata,
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
          subjects: [{ kind: 'ServiceAccount', name: serviceAccountName, namespace }],
        }),
        manifestText({ apiVersion: 'v1', kind: 'ServiceAccount', metadata }),
        definitionText('widgets', 'Widget', { size: { type: 'integer' } }),
        manifestText({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
      ),
    );

    const deploy = await scene.deploy({ inputs: { manifests: 'whole', namespace } });

    assertGreen(deploy);
    assert.deepEqual(applied(deploy), [
      `namespace/${namespace}`,
      `customresourcedefinition.apiextensions.k8s.io/widgets.${GROUP}`,
      'rolebinding.rbac.authorization.k8s.io/runner',
      'serviceaccount/runner',
      'configmap/settings',
      'service/web',
      'deployment.apps/web',
      `widget.${GROUP}/first`,
    ]);
    assert.equal(valueAt(await cluster.get(`widgets.${GROUP}/first`), 'spec', 'size'), 1);
  });
});

const inWave = (wave: unknown, text: string): string => {
  const object = Object(JSON.parse(text));
  const annotations = { 'k8s-deploy/wave': wave };
  return manifestText({ ...object, metadata: { ...object.metadata, annotations } });
};

describe('waves', () => {
  const READY_LATE = { exec: { command: ['true'] }, initialDelaySeconds: 3, periodSeconds: 1 };

  test('the second wave is applied when the Deployment of the first is rolled out', async () => {
    const first = workloadText({ name: 'first', containers: [{ readinessProbe: READY_LATE }] });
    scene.write('waves.yaml', documents(inWave('2', workloadText({ name: 'second' })), inWave('1', first)));

    const deploy = await scene.deploy({ inputs: { manifests: 'waves.yaml' } });

    assertGreen(deploy);
    assert.deepEqual(applied(deploy), ['deployment.apps/first', 'deployment.apps/second']);
    const available = objectsAt(await scene.cluster.get('deployment/first'), 'status', 'conditions').find(
      ({ type }) => type === 'Available',
    );
    const since = Date.parse(textAt(available, 'lastTransitionTime') ?? '');
    const created = Date.parse(
      textAt(await scene.cluster.get('deployment/second'), 'metadata', 'creationTimestamp') ?? '',
    );
    assert.ok(created >= since, `first is available since ${since}, second is created at ${created}`);
  });

  test('when the first wave fails the second is not applied, and the run says so', async () => {
    const crash = workloadText({ name: 'crashing', containers: [{ command: ['sh', '-c', 'echo no luck; exit 3'] }] });
    scene.write('failing.yaml', documents(inWave('2', workloadText({ name: 'spared' })), inWave('-1', crash)));

    const deploy = await scene.deploy({ inputs: { manifests: 'failing.yaml' } });

    assertRed(deploy, 'container-crashed');
    assert.deepEqual(applied(deploy), ['deployment.apps/crashing']);
    assert.equal(await isThere('deployment/spared'), false);
    const sentence = /Not applied, since what comes before failed: Deployment\/spared in \S+\.$/m;
    assert.match(deploy.log, sentence);
    assert.match(deploy.summary, sentence);
  });

  for (const { wave, says } of [
    { wave: 'soon', says: 'k8s-deploy/wave is "soon"' },
    { wave: 1, says: 'k8s-deploy/wave is not text' },
  ]) {
    test(`the wave ${JSON.stringify(wave)} is refused with file and line`, async () => {
      scene.write('wrong.yaml', inWave(wave, configMapText('of-no-wave', {})));

      const deploy = await scene.deploy({ inputs: { manifests: 'wrong.yaml' } });

      assertRed(deploy, 'manifest-invalid');
      assert.match(deploy.log, new RegExp(`^(?:failed:|  -) wrong\\.yaml:7: ${says}$`, 'm'));
      assert.deepEqual(deploy.changes, []);
      assert.equal(await isThere('configmap/of-no-wave'), false);
    });
  }
});

describe('objects that are large', () => {
  test('a ConfigMap of 700 KB and a definition of 300 KB are applied, and the same again changes nothing', async () => {
    const columns = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`column${index}`, { type: 'string', description: 'x'.repeat(1000) }]),
    );
    scene.write(
      'large.yaml',
      documents(
        configMapText('large', { text: 'line of the file\n'.repeat(41_200) }),
        definitionText('catalogues', 'Catalogue', columns),
      ),
    );

    const deploy = await scene.deploy({ inputs: { manifests: 'large.yaml' } });
    const again = await scene.deploy({ inputs: { manifests: 'large.yaml' } });

    assertGreen(deploy);
    assert.equal(textAt(await scene.cluster.get('configmap/large'), 'data', 'text')?.length, 700_400);
    assert.deepEqual([again.exitCode, again.changes], [0, []], again.log);
  });
});

describe('an object that passes the dry run and is refused', () => {
  test('the run is red and says what is applied and what is not; the next one repairs', async () => {
    const narrow = scene.addNamespace(`${scene.cluster.namespace}-narrow`);
    const { namespace } = narrow;
    await narrow.kubectl(['create', 'namespace', namespace]);
    await until(
      'the ConfigMap that each namespace has',
      async () => (await isThere('configmap/kube-root-ca.crt', narrow)) || undefined,
    );
    await narrow.kubectl(['create', 'quota', 'few', '--hard=count/configmaps=2']);
    await until('a quota that has counted', async () =>
      textAt(await narrow.get('resourcequota/few'), 'status', 'used', 'count/configmaps'),
    );
    scene.write(
      'narrow.yaml',
      documents(configMapText('fits', {}), configMapText('exceeds', {}), workloadText({ name: 'web' })),
    );
    const inputs = { manifests: 'narrow.yaml', namespace };

    const deploy = await scene.deploy({ inputs });
    await narrow.kubectl(['delete', 'quota', 'few']);
    const next = await scene.deploy({ inputs });

    assertRed(deploy, 'apply-failed');
    assert.match(deploy.log, new RegExp(`exceeded quota`));
    assert.match(
      deploy.log,
      /Applied: ConfigMap\/fits in \S+, Deployment\/web in \S+\. Not applied: ConfigMap\/exceeds in \S+$/m,
    );
    assertGreen(next);
    assert.deepEqual(applied(next), ['configmap/exceeds']);
  });
});

const jobText = (name: string, script: string): string =>
  manifestText({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 0,
          containers: [{ name: 'main', image: 'busybox:1', command: ['sh', '-c', script] }],
        },
      },
    },
  });
const stateOf = async (name: string): Promise<readonly unknown[]> => {
  const { metadata } = await scene.cluster.get(`job/${name}`);
  return [valueAt(metadata, 'uid'), valueAt(metadata, 'resourceVersion')];
};

const deployJob = (name: string, script: string, policy = 'fail'): Promise<Deploy> => {
  scene.write(`${name}.yaml`, jobText(name, script));
  return scene.deploy({ inputs: { manifests: `${name}.yaml`, 'job-policy': policy } });
};

describe('Jobs that differ', () => {
  test('a Job with another script is refused in two lines, and is what it was', async () => {
    assertGreen(await deployJob('migrate', 'echo one'));
    const before = await stateOf('migrate');

    const deploy = await deployJob('migrate', 'echo two');

    assertRed(deploy, 'field-immutable');
    assert.match(
      deploy.log,
      /^failed: migrate\.yaml:\d+: Job\/migrate in \S+: \S*spec\.template is immutable\nSet job-policy: replace, which deletes a finished Job first, or give the object another name\.$/m,
    );
    assert.deepEqual(deploy.changes, []);
    assert.deepEqual(await stateOf('migrate'), before);
  });

  test('job-policy: replace runs a finished Job anew, and the same once more changes nothing', async () => {
    const [before] = await stateOf('migrate');

    const deploy = await deployJob('migrate', 'echo two', 'replace');
    const [after] = await stateOf('migrate');
    const again = await deployJob('migrate', 'echo two', 'replace');

    assertGreen(deploy);
    assert.notEqual(after, before);
    assert.match(await scene.cluster.kubectl(['logs', 'job/migrate']), /^two$/m);
    assert.deepEqual([again.exitCode, again.changes], [0, []], again.log);
  });

  test('job-policy: replace refuses a Job that still runs, which goes on', async () => {
    await scene.cluster.kubectl(['create', '--filename=-'], { input: jobText('long', 'sleep 2147483647') });
    await scene.cluster.kubectl(['wait', 'pod', '--selector=job-name=long', '--for=condition=Ready', '--timeout=60s']);
    const [before] = await stateOf('long');

    const deploy = await deployJob('long', 'sleep 1', 'replace');

    assertRed(deploy, 'field-immutable');
    assert.match(
      deploy.log,
      /^failed: long\.yaml:\d+: Job\/long in \S+ is still running, and \S+ can only be changed by/m,
    );
    assert.deepEqual(deploy.changes, []);
    const [after] = await stateOf('long');
    assert.equal(after, before);
  });
});

describe('what a deploy writes about itself', () => {
  const OWN = ['commit', 'repository', 'run', 'images', 'restart-due'].map((name) => `k8s-deploy/${name}`);
  const own = (metadata: unknown): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      OWN.map((name) => [name, valueAt(metadata, 'annotations', name)]).filter(([, value]) => value !== undefined),
    );
  const digest = `sha256:${'0'.repeat(64)}`;
  const image = `registry.example.com/stamped@${digest}`;
  const inputs = { manifests: 'stamped.yaml', images: image, 'must-exist': 'none' };

  test('commit, repository, run and images are on the objects, and nothing of it is in a pod template', async () => {
    const replicas = { replicas: 0 };
    const containers = [{ image: 'registry.example.com/stamped:any' }];
    scene.write(
      'stamped.yaml',
      documents(
        configMapText('stamped', {}),
        manifestText({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'empty', annotations: {}, labels: {} } }),
        workloadText({ name: 'stamped', spec: replicas, containers }),
      ),
    );

    const deploy = await scene.deploy({ inputs });

    assertGreen(deploy);
    const { metadata, spec } = await scene.cluster.get('deployment/stamped');
    const { 'k8s-deploy/run': run, ...rest } = own(metadata);
    assert.match(String(run), /^https:\/\/github\.com\/org\/app\/actions\/runs\/\d+/);
    assert.deepEqual(rest, {
      'k8s-deploy/commit': scene.sha,
      'k8s-deploy/repository': 'org/app',
      'k8s-deploy/images': image,
    });
    assert.equal(JSON.stringify(valueAt(spec, 'template')).includes('k8s-deploy/'), false);
    assert.deepEqual(Object.keys(own((await scene.cluster.get('configmap/stamped'))['metadata'])), OWN.slice(0, 3));
  });

  test('another commit with the same manifests changes nothing at all, not even where a manifest has empty annotations', async () => {
    const before = await scene.cluster.snapshot();
    const { sha } = scene;
    scene.commit();

    const deploy = await scene.deploy({ inputs });

    assert.deepEqual([deploy.exitCode, deploy.outputs['changed'], deploy.changes], [0, 'false', []], deploy.log);
    assert.deepEqual(await scene.cluster.snapshot(), before);
    assert.equal(own((await scene.cluster.get('deployment/stamped'))['metadata'])['k8s-deploy/commit'], sha);
  });
});

const deploySettings = (mode: string, wish: Wish = {}): Promise<Deploy> => {
  scene.write(
    'reading.yaml',
    documents(
      configMapText('read', { MODE: mode }),
      workloadText({ name: 'reader', containers: [{ envFrom: 'read' }] }),
    ),
  );
  return scene.deploy({ ...wish, inputs: { manifests: 'reading.yaml' } });
};
const markOfRead = async (): Promise<string | undefined> =>
  textAt(await scene.cluster.get('configmap/read'), 'metadata', 'annotations', 'k8s-deploy/restart-due');

describe('a run that is killed between its apply and its restart', () => {
  test('leaves a mark; the next run restarts the reader once, takes the mark away, and the one after changes nothing', async () => {
    const { cluster } = scene;
    assertGreen(await deploySettings('one'));
    const revisions = await cluster.revisions();

    const killed = await deploySettings('two', {
      path: kubectlThatNeverRestarts(),
      signal: { name: 'SIGKILL', atText: 'rollout restart' },
    });
    killed.survivors.forEach(({ pid }) => process.kill(pid, 'SIGKILL'));
    const mark = await markOfRead();
    const between = newRevisions(revisions, await cluster.revisions());
    const next = await deploySettings('two');
    const after = await deploySettings('two');

    assert.equal(killed.exitCode, 1, killed.log);
    assert.deepEqual([mark, between], ['deployment/reader', {}]);
    assertGreen(next);
    assert.equal(workloadsOf(next)['deployment/reader']?.change, 'restarted', next.log);
    assert.deepEqual(newRevisions(revisions, await cluster.revisions()), { reader: 1 });
    assert.equal(await markOfRead(), undefined);
    assert.deepEqual([after.exitCode, after.changes], [0, []], after.log);
  });
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});

/** A PATH with a kubectl that hangs when it is to restart something: whoever started it can be killed before anything is restarted. */
function kubectlThatNeverRestarts(): string {
  const path = scene.lab.env['PATH'] ?? '';
  const folders = path.split(delimiter);
  const real = folders.map((folder) => join(folder, 'kubectl')).find((file) => existsSync(file)) ?? '';
  scene.write(
    'programs/kubectl',
    `#!/bin/sh\ncase "$*" in *"rollout restart"*) exec sleep 60 ;; esac\nexec '${real}' "$@"\n`,
  );
  const programs = join(scene.workspace, 'programs');
  chmodSync(join(programs, 'kubectl'), 0o755);
  return [programs, path].join(delimiter);
}

function definitionText(plural: string, kind: string, properties: Readonly<Record<string, unknown>>): string {
  const spec = { type: 'object', properties };
  return manifestText({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { plural, kind },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
        },
      ],
    },
  });
}
