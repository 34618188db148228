import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { textAt } from '../../src/values/json.ts';
import { openScene, type Deploy, type Scene, type Wish } from '../support/scene.ts';
import { configMapText, documents, manifestText, workloadText, type ContainerText } from '../support/workload-text.ts';

/** What left the manifests: deleted when all went well, and only what is surely ours. */

let scene: Scene;
before(async () => {
  scene = await openScene('prune');
});
after(async () => {
  await scene.cluster.kubectl(['delete', 'crd', DEFINITION, '--wait=false', '--ignore-not-found']);
  await scene.close();
});

const DEFINITION = 'leaflets.prune.example.com';

type Names = readonly string[];

/** Which of the names, as "configmap/a", are there. */
async function there(names: Names): Promise<Names> {
  const found = await scene.cluster.kubectl(['get', ...names, '--ignore-not-found', '--output=name']);
  return found.split('\n').filter((line) => line !== '');
}

/** The ConfigMaps in which it is written down what was applied. */
async function inventories(cluster = scene.cluster): Promise<Names> {
  const found = await cluster.kubectl(['get', 'configmaps', '--output=name']);
  return found.split('\n').filter((name) => name.startsWith('configmap/k8s-deploy-inventory-'));
}

/** Deploys a folder that has these documents and no others. Each folder has an inventory of its own. */
function deployOnly(folder: string, texts: readonly string[], wish: Wish = {}): Promise<Deploy> {
  scene.write(`${folder}/all.yaml`, documents(...texts));
  return scene.deploy({ ...wish, inputs: { manifests: folder, prune: 'true', ...wish.inputs } });
}

const settings = (name: string): string => configMapText(name, { a: 'b' });

const web = (mode: string, more: ContainerText = {}): string =>
  workloadText({ name: 'web', containers: [{ env: { MODE: mode }, ...more }] });
const CRASHING = { command: ['sh', '-c', 'exit 3'] };
const READY_LATE = { readinessProbe: { exec: { command: ['true'] }, initialDelaySeconds: 4, periodSeconds: 1 } };

function assertGreen({ outputs, exitCode, log }: Deploy): void {
  assert.deepEqual([outputs['result'], exitCode], ['succeeded', 0], log);
}

/** Refused before anything was changed. */
function assertRefused({ outputs, changes, log }: Deploy, reason: string, sentence: RegExp): void {
  assert.deepEqual(
    [outputs['result'], outputs['reason'], outputs['changed'], changes],
    ['failed', reason, 'false', []],
  );
  assert.match(log, sentence);
}

const deletions = ({ changes }: Deploy): Names => changes.filter((line) => line.includes(' delete '));

describe('an object that left the manifests', () => {
  const BOTH = ['configmap/left', 'service/left'];
  const service = manifestText({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'left' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  });

  test('stays while the deploy that leaves it out fails', async () => {
    assertGreen(await deployOnly('app', [web('one'), settings('left'), service]));

    const deploy = await deployOnly('app', [web('two', CRASHING)]);

    assert.equal(deploy.outputs['reason'], 'container-crashed', deploy.log);
    assert.deepEqual(deletions(deploy), []);
    assert.deepEqual(await there(BOTH), BOTH);
  });

  test('stays when the run is killed before it is deleted, and is deleted by the next one', async () => {
    const killed = await deployOnly('app', [web('three', READY_LATE)], {
      signal: { name: 'SIGKILL', atText: '::group::Roll out' },
    });
    killed.survivors.forEach(({ pid }) => process.kill(pid, 'SIGKILL'));
    const between = await there(BOTH);

    const deploy = await deployOnly('app', [web('three', READY_LATE)]);

    assert.deepEqual(between, BOTH);
    assertGreen(deploy);
    const [service, configMap] = [/^Service\/left in \S+ deleted$/m, /^ConfigMap\/left in \S+ deleted$/m];
    assert.ok(service.test(deploy.log) && configMap.test(deploy.log), deploy.log);
    assert.match(deploy.log, /^succeeded: Deployed .*2 deleted/m);
    assert.deepEqual(await there(BOTH), []);
  });

  test('is deleted after the rollout is seen through, and not before', async () => {
    assertGreen(await deployOnly('app', [web('three', READY_LATE), settings('late')]));
    let during: Names = [];
    const act = async (): Promise<void> => {
      during = await there(['configmap/late']);
    };

    const deploy = await deployOnly('app', [web('four', READY_LATE)], {
      meanwhile: { atText: '::group::Roll out', act },
    });

    assertGreen(deploy);
    assert.deepEqual(during, ['configmap/late']);
    assert.ok(deploy.log.indexOf('::group::Prune') > deploy.log.indexOf('::group::Roll out'), deploy.log);
    assert.deepEqual(await there(['configmap/late']), []);
  });

  test('is not deleted when it only moved into another file', async () => {
    scene.write('moving/one.yaml', settings('moved'));
    const inputs = { manifests: 'moving', prune: 'true' };
    assertGreen(await scene.deploy({ inputs }));
    const uid = textAt(await scene.cluster.get('configmap/moved'), 'metadata', 'uid');
    scene.write('moving/one.yaml', settings('new-one'));
    scene.write('moving/two.yaml', settings('moved'));

    const deploy = await scene.deploy({ inputs });

    assertGreen(deploy);
    assert.deepEqual(deletions(deploy), []);
    assert.equal(textAt(await scene.cluster.get('configmap/moved'), 'metadata', 'uid'), uid);
  });
});

describe('what is never deleted', () => {
  test('volume claims, namespaces and definitions', async () => {
    const namespace = `${scene.cluster.namespace}-kept`;
    scene.addNamespace(namespace);
    const claim = manifestText({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: scene.cluster.namespace },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
    });
    const kinds = { plural: 'leaflets', kind: 'Leaflet' };
    const schema = { openAPIV3Schema: { type: 'object' } };
    const definition = manifestText({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: DEFINITION },
      spec: {
        group: 'prune.example.com',
        scope: 'Namespaced',
        names: kinds,
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    });
    const space = manifestText({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const inputs = { namespace: '' };
    const stays = manifestText({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'stays', namespace: scene.cluster.namespace },
    });
    assertGreen(await deployOnly('kept', [stays, claim, definition, space], { inputs }));

    const deploy = await deployOnly('kept', [stays], { inputs });

    assertGreen(deploy);
    assert.deepEqual(deletions(deploy), []);
    for (const [name, kind] of [
      [`PersistentVolumeClaim/data in ${scene.cluster.namespace}`, 'PersistentVolumeClaim'],
      [`Namespace/${namespace}`, 'Namespace'],
      [`CustomResourceDefinition/${DEFINITION}`, 'CustomResourceDefinition'],
    ] as const) {
      const note = `${name} left the manifests and stays: nothing of the kind ${kind} is ever pruned`;
      assert.ok(deploy.log.includes(note), deploy.log);
    }
    const names = ['persistentvolumeclaim/data', `namespace/${namespace}`, `customresourcedefinition/${DEFINITION}`];
    assert.equal((await there(names)).length, 3);
  });

  test('what somebody else made anew, and what is annotated k8s-deploy/prune: "false"', async () => {
    const { cluster } = scene;
    const metadata = { name: 'annotated', annotations: { 'k8s-deploy/prune': 'false' } };
    const kept = manifestText({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
    assertGreen(await deployOnly('others', [settings('ours'), settings('theirs'), kept]));
    await cluster.kubectl(['delete', 'configmap/theirs']);
    await cluster.kubectl(['create', '--filename=-'], { input: settings('theirs') });

    const deploy = await deployOnly('others', [settings('new')]);

    assertGreen(deploy);
    assert.match(
      deploy.log,
      /ConfigMap\/theirs in \S+ left the manifests and stays: the field manager k8s-deploy owns/,
    );
    assert.match(
      deploy.log,
      /ConfigMap\/annotated in \S+ left the manifests and stays: it is annotated k8s-deploy\/prune/,
    );
    const names = ['configmap/ours', 'configmap/theirs', 'configmap/annotated'];
    assert.deepEqual(await there(names), names.slice(1));
  });

  test('anything, when the manifests have no object at all: refused', async () => {
    assertGreen(await deployOnly('empty', [settings('alone')]));
    scene.write('empty/all.yaml', '# everything is gone\n');

    const deploy = await scene.deploy({ inputs: { manifests: 'empty', prune: 'true' } });

    assertRefused(
      deploy,
      'prune-refused',
      /^failed: .*is refused: the manifests have no object, so all 1 would be deleted/m,
    );
    assert.deepEqual(await there(['configmap/alone']), ['configmap/alone']);
  });

  test('anything of an inventory of another repository: refused', async () => {
    const inputs = { inventory: 'shared' };
    const runner = { GITHUB_REPOSITORY: 'org/other' };
    assertGreen(await deployOnly('one', [settings('of-other')], { inputs, runner }));
    const before = await scene.cluster.snapshot();

    const deploy = await deployOnly('two', [settings('of-app')], { inputs });

    assertRefused(deploy, 'prune-refused', /is the inventory of org\/other, and this deploy is of org\/app$/m);
    assert.deepEqual(await scene.cluster.snapshot(), before);
  });

  test('what another deploy in the same namespace has applied', async () => {
    assertGreen(await deployOnly('first', [settings('of-first'), settings('left-first')]));
    assertGreen(await deployOnly('second', [settings('of-second')]));

    const deploy = await deployOnly('second', [settings('of-second-too')]);

    assertGreen(deploy);
    const names = ['configmap/of-first', 'configmap/left-first', 'configmap/of-second', 'configmap/of-second-too'];
    assert.deepEqual(await there(names), names.toSpliced(2, 1));
    assertGreen(await deployOnly('first', [settings('of-first')]));
    assert.deepEqual(await there(names), [names[0], names[3]]);
  });

  test('anything without prune: true; then nothing is written down either', async () => {
    const before = await inventories();
    const inputs = { prune: 'false' };
    assertGreen(await deployOnly('plain', [settings('plain-a'), settings('plain-b')], { inputs }));

    const deploy = await deployOnly('plain', [settings('plain-b')], { inputs });

    assertGreen(deploy);
    assert.deepEqual(deploy.changes, []);
    assert.deepEqual(await there(['configmap/plain-a']), ['configmap/plain-a']);
    assert.deepEqual(await inventories(), before);
  });
});

describe('the inventory', () => {
  test('is not written again when nothing changed', async () => {
    const texts = [settings('noted-a'), settings('noted-b')];
    const existing = await inventories();
    assertGreen(await deployOnly('noted', texts));
    const added = (await inventories()).filter((name) => !existing.includes(name));
    const before = await scene.cluster.snapshot();
    scene.commit();

    const deploy = await deployOnly('noted', texts);

    assert.equal(added.length, 1);
    assert.deepEqual([deploy.exitCode, deploy.outputs['changed'], deploy.changes], [0, 'false', []], deploy.log);
    assert.deepEqual(await scene.cluster.snapshot(), before);
  });

  test('of a first deploy is stored in the namespace that this deploy creates, and used by the next', async () => {
    const namespace = `${scene.cluster.namespace}-made`;
    const made = scene.addNamespace(namespace);
    const inputs = { namespace, 'create-namespace': 'true' };
    const first = await deployOnly('made', [settings('a'), settings('b')], { inputs });
    const stored = await inventories(made);

    const next = await deployOnly('made', [settings('b')], { inputs });

    assertGreen(first);
    assert.equal(stored.length, 1);
    assertGreen(next);
    assert.deepEqual(deletions(next).length, 1, next.log);
    assert.equal(await made.kubectl(['get', 'configmap/a', '--ignore-not-found', '--output=name']), '');
  });
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
