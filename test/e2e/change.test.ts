import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { textAt } from '../../src/values/json.ts';
import { firstContainer, newRevisions } from '../support/cluster.ts';
import { configMapText, documents, workloadText } from '../support/workload-text.ts';
import { workloadsOf } from '../support/runner.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';

let scene: Scene;
/** An image of the example, pushed once for all tests: repository, tag and digest. */
let image: { readonly tagged: string; readonly pinned: string };

before(async () => {
  scene = await openScene('change');
  scene.useExample();
  const built = await scene.deploy({
    inputs: { image: scene.repository, context: '.', namespace: '', kubeconfig: '' },
  });
  assert.equal(built.exitCode, 0, built.log);
  image = { tagged: `${scene.repository}:${scene.sha}`, pinned: built.outputs['image'] ?? '' };
});
after(async () => scene.close());

describe('images that are built already', () => {
  const command = ['node', '/app/server.mjs'];

  test('an image with a digest is deployed as it is, and buildx is not even looked for', async () => {
    scene.write(
      'prebuilt.yaml',
      workloadText({ name: 'prebuilt', containers: [{ image: `${scene.repository}:any`, command }] }),
    );

    const deploy = await scene.deploy({ inputs: { images: image.pinned, manifests: 'prebuilt.yaml' } });

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.equal(textAt(firstContainer(await scene.cluster.get('deployment/prebuilt')), 'image'), image.pinned);
    assert.deepEqual(
      deploy.commands.filter((line) => line.startsWith('buildx')),
      [],
    );
  });

  test('an image with a tag gets the digest that the registry names, and nothing changes when it is the same', async () => {
    const deploy = await scene.deploy({ inputs: { images: image.tagged, manifests: 'prebuilt.yaml' } });

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.equal(deploy.outputs['image'], image.pinned);
    assert.deepEqual(deploy.changes, []);
  });

  test('an image named by its repository alone is the one of the commit, and is not found when nobody pushed it', async () => {
    const found = await scene.deploy({ inputs: { images: scene.repository, manifests: 'prebuilt.yaml' } });
    const missing = await scene.deploy({
      inputs: { images: scene.repository, manifests: 'prebuilt.yaml' },
      sha: 'f'.repeat(40),
    });

    assert.equal(found.outputs['image'], image.pinned, found.log);
    assert.equal(missing.outputs['reason'], 'image-not-found', missing.log);
    assert.deepEqual(missing.changes, []);
  });
});

const setImage = (assignment: string): Promise<Deploy> =>
  scene.deploy({ inputs: { images: image.pinned, 'set-image': `deployment/legacy ${assignment}` } });

describe('set-image', () => {
  before(async () => {
    const containers = [{ name: 'app' }, { name: 'sidecar' }];
    await scene.cluster.kubectl(['create', '--filename=-'], { input: workloadText({ name: 'legacy', containers }) });
    await scene.cluster.kubectl(['rollout', 'status', 'deployment/legacy', '--timeout=60s']);
  });

  test('a workload without a manifest gets the image of the run in one new revision', async () => {
    const before = await scene.cluster.revisions();

    const deploy = await setImage('app');

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.equal(textAt(firstContainer(await scene.cluster.get('deployment/legacy')), 'image'), image.pinned);
    assert.deepEqual(newRevisions(before, await scene.cluster.revisions()), { legacy: 1 });
    assert.equal(deploy.changes.length, 1);
  });

  test('the same image again changes nothing', async () => {
    const before = await scene.cluster.snapshot();

    const deploy = await setImage('app');

    assert.deepEqual([deploy.exitCode, deploy.outputs['changed'], deploy.changes], [0, 'false', []], deploy.log);
    assert.deepEqual(await scene.cluster.snapshot(), before);
  });

  test('two containers of a workload change in one command and one revision', async () => {
    const before = await scene.cluster.revisions();

    const deploy = await scene.deploy({
      inputs: { 'set-image': 'deployment/legacy app=busybox:1\ndeployment/legacy sidecar=node:24-slim' },
    });

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.equal(deploy.changes.length, 1);
    assert.deepEqual(newRevisions(before, await scene.cluster.revisions()), { legacy: 1 });
  });
});

const deployTwo = (restart: string, data: string, env: Readonly<Record<string, string>> = {}): Promise<Deploy> => {
  scene.write(
    'two.yaml',
    documents(
      configMapText('settings', { data }),
      workloadText({ name: 'reader', containers: [{ envFrom: 'settings', env }] }),
      workloadText({ name: 'other' }),
    ),
  );
  return scene.deploy({ inputs: { manifests: 'two.yaml', restart } });
};

const revisionsBy = async (deploying: () => Promise<Deploy>): Promise<Readonly<Record<string, number>>> => {
  const before = await scene.cluster.revisions();
  const deploy = await deploying();
  assert.equal(deploy.exitCode, 0, deploy.log);
  return newRevisions(before, await scene.cluster.revisions());
};

describe('restart', () => {
  before(async () => {
    assert.equal((await deployTwo('auto', 'one')).exitCode, 0);
  });

  test('never restarts nobody, although a ConfigMap changed', async () => {
    assert.deepEqual(await revisionsBy(() => deployTwo('never', 'two')), {});
  });

  test('always restarts every workload once, although nothing changed', async () => {
    assert.deepEqual(await revisionsBy(() => deployTwo('always', 'two')), { reader: 1, other: 1 });
  });

  test('a list restarts what it names and nothing else, whatever changed', async () => {
    assert.deepEqual(await revisionsBy(() => deployTwo('deployment/other', 'three')), { other: 1 });
  });

  test('auto restarts the reader of the ConfigMap, even when the change before was not followed by a restart', async () => {
    assert.deepEqual(await revisionsBy(() => deployTwo('auto', 'four')), { reader: 1 });
  });

  test('a workload whose template changes anyway gets one revision and not two', async () => {
    const before = await scene.cluster.revisions();

    const deploy = await deployTwo('always', 'five', { MODE: 'new' });

    assert.deepEqual(newRevisions(before, await scene.cluster.revisions()), { reader: 1, other: 1 });
    assert.equal(workloadsOf(deploy)['deployment/reader']?.change, 'new revision');
    assert.equal(workloadsOf(deploy)['deployment/other']?.change, 'restarted');
  });
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
