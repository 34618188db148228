import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { numberAt, objectsAt, textAt, type JsonObject } from '../../src/values/json.ts';
import { firstContainer, type Snapshot } from '../support/cluster.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { configMapText, documents, manifestText, workloadText } from '../support/workload-text.ts';

/** A plan that somebody approved, and the deploy that carries it out or refuses to. */

let scene: Scene;
before(async () => {
  scene = await openScene('plan-hash');
});
after(async () => {
  await scene.cluster.kubectl(['delete', 'crd,namespace', '--selector=made-by=plan-hash-test', '--wait=false']);
  await scene.close();
});

function plan(inputs: Readonly<Record<string, string>>, sha = scene.sha): Promise<Deploy> {
  return scene.deploy({ inputs: { command: 'plan', ...inputs }, sha });
}

function hashOf(planned: Deploy): string {
  assert.equal(planned.exitCode, 0, planned.log);
  return planned.outputs['plan-hash'] ?? '';
}

/** Red with `plan-changed`, and every object is as it was. */
async function assertRefused(deploy: Deploy, untouched: Snapshot): Promise<void> {
  assert.deepEqual(
    [deploy.exitCode, deploy.outputs['reason'], deploy.outputs['changed']],
    [1, 'plan-changed', 'false'],
    deploy.log,
  );
  assert.deepEqual(deploy.changes, []);
  assert.deepEqual(await scene.cluster.snapshot(), untouched);
}

function verbs(planned: Deploy): Readonly<Record<string, unknown>> {
  const objects = objectsAt(JSON.parse(planned.report), 'plan', 'objects');
  return Object.fromEntries(
    objects.map((object) => [`${textAt(object, 'kind') ?? ''}/${textAt(object, 'name') ?? ''}`, object['verb']]),
  );
}

function write(mode: string, data: string): void {
  const web = workloadText({ name: 'web', containers: [{ env: { MODE: mode } }] });
  scene.write('web.yaml', documents(web, configMapText('settings', { data })));
}

describe('a deploy with the hash of a plan', () => {
  const inputs = { manifests: 'web.yaml' };

  before(async () => {
    write('one', 'one');
    const deploy = await scene.deploy({ inputs });
    assert.equal(deploy.exitCode, 0, deploy.log);
    write('two', 'two');
  });

  test('two plans in a row have the same hash, of another commit too', async () => {
    const first = hashOf(await plan(inputs));

    assert.equal(hashOf(await plan(inputs)), first);
    assert.equal(hashOf(await plan(inputs, 'f'.repeat(40))), first);
  });

  test('is refused when a manifest changed in between', async () => {
    const hash = hashOf(await plan(inputs));
    const untouched = await scene.cluster.snapshot();
    write('three', 'two');

    const deploy = await scene.deploy({ inputs: { ...inputs, 'plan-hash': hash } });

    write('two', 'two');
    await assertRefused(deploy, untouched);
    assert.match(deploy.summary, /three/, 'the summary has what would be done now');
  });

  test('is refused when somebody changed an object of it in between, in a field that the deploy would change too', async () => {
    const hash = hashOf(await plan(inputs));
    await scene.cluster.kubectl(['patch', 'configmap/settings', '--patch={"data":{"data":"by hand"}}']);
    const untouched = await scene.cluster.snapshot();

    await assertRefused(await scene.deploy({ inputs: { ...inputs, 'plan-hash': hash } }), untouched);
  });

  test('is refused when an object of it was made anew in between, though with the same content', async () => {
    const hash = hashOf(await plan(inputs));
    const old = await scene.cluster.get('configmap/settings');
    await scene.cluster.kubectl(['delete', 'configmap/settings']);
    await scene.cluster.kubectl(['create', '--filename=-'], {
      input: configMapText('settings', { data: textAt(old, 'data', 'data') ?? '' }),
    });
    const untouched = await scene.cluster.snapshot();

    await assertRefused(await scene.deploy({ inputs: { ...inputs, 'plan-hash': hash } }), untouched);
  });

  test('is refused when an object of it is gone', async () => {
    const hash = hashOf(await plan(inputs));
    await scene.cluster.kubectl(['delete', 'configmap/settings']);
    const untouched = await scene.cluster.snapshot();

    await assertRefused(await scene.deploy({ inputs: { ...inputs, 'plan-hash': hash } }), untouched);
  });

  test('goes through although an autoscaler scaled in between, and leaves its replicas', async () => {
    const hash = hashOf(await plan(inputs));
    const scaled = ['patch', 'deployment/web', '--patch={"spec":{"replicas":2}}'];
    await scene.cluster.kubectl([...scaled, '--field-manager=horizontal-pod-autoscaler', '--subresource=scale']);

    const deploy = await scene.deploy({ inputs: { ...inputs, 'plan-hash': hash } });

    assert.deepEqual([deploy.exitCode, deploy.outputs['changed']], [0, 'true'], deploy.log);
    const web = await scene.cluster.get('deployment/web');
    assert.equal(numberAt(web, 'spec', 'replicas'), 2);
    assert.equal(textAt(objectsAt(firstContainer(web), 'env')[0], 'value'), 'two');
  });

  test('is refused the second time, when what was approved is done already', async () => {
    const hash = hashOf(await plan(inputs));
    assert.equal(hashOf(await plan(inputs)), hash);
    write('four', 'two');
    const other = hashOf(await plan(inputs));
    assert.notEqual(other, hash);
    const done = await scene.deploy({ inputs: { ...inputs, 'plan-hash': other } });
    assert.equal(done.exitCode, 0, done.log);
    const untouched = await scene.cluster.snapshot();

    await assertRefused(await scene.deploy({ inputs: { ...inputs, 'plan-hash': other } }), untouched);
  });
});

test('a plan of an image that is not pushed yet builds nothing; the deploy with its hash builds, and goes through', async () => {
  scene.write('Dockerfile', 'FROM node:24-slim\nCOPY version /version\nCMD ["sleep", "2147483647"]\n');
  scene.write('version', scene.sha);
  scene.write('built.yaml', workloadText({ name: 'built', containers: [{ image: `${scene.repository}:any` }] }));
  const inputs = { image: scene.repository, context: '.', manifests: 'built.yaml' };

  const planned = await plan(inputs);
  const again = await plan(inputs);
  const builds = [...planned.commands, ...again.commands].filter((command) => command.startsWith('buildx build'));
  const deploy = await scene.deploy({ inputs: { ...inputs, 'plan-hash': hashOf(planned) } });

  assert.equal(hashOf(again), hashOf(planned));
  assert.deepEqual(builds, []);
  assert.equal(deploy.exitCode, 0, deploy.log);
  const { image } = firstContainer(await scene.cluster.get('deployment/built'));
  assert.equal(image, deploy.outputs['image']);
  assert.match(String(image), /@sha256:/);
});

test('what left the manifests is told as deleted and is still there; the deploy with the hash deletes it', async () => {
  const inputs = { manifests: 'pruned.yaml', prune: 'true' };
  const [kept, left] = [configMapText('kept', { a: '1' }), configMapText('left', { a: '1' })];
  scene.write('pruned.yaml', documents(kept, left));
  const first = await scene.deploy({ inputs });
  assert.equal(first.exitCode, 0, first.log);
  scene.write('pruned.yaml', kept);
  const untouched = await scene.cluster.snapshot();

  const planned = await plan(inputs);

  assert.deepEqual(verbs(planned), { 'ConfigMap/kept': 'none', 'ConfigMap/left': 'delete' });
  assert.equal(planned.outputs['changed'], 'true');
  assert.match(planned.log, /^ *delete +ConfigMap\/left in /m);
  assert.deepEqual(await scene.cluster.snapshot(), untouched);

  const deploy = await scene.deploy({ inputs: { ...inputs, 'plan-hash': hashOf(planned) } });
  assert.equal(deploy.exitCode, 0, deploy.log);
  assert.equal(await scene.cluster.kubectl(['get', 'configmap/left', '--ignore-not-found']), '');
});

test('a set with its own namespace and definition is planned as created, and the deploy with the hash goes through', async () => {
  const other = `${scene.cluster.namespace}-own`;
  const group = `${other}.example.com`;
  scene.write('set.yaml', documents(...ownSet(other, group).map(manifestText)));
  const inputs = { manifests: 'set.yaml', namespace: '' };

  const planned = await plan(inputs);

  assert.equal(planned.exitCode, 0, planned.log);
  assert.deepEqual(verbs(planned), {
    [`Namespace/${other}`]: 'create',
    [`CustomResourceDefinition/widgets.${group}`]: 'create',
    'ConfigMap/settings': 'create',
    'Widget/first': 'create',
  });
  const made = ['get', 'crd,namespace', '--selector=made-by=plan-hash-test', '--output=name'];
  assert.equal(await scene.cluster.kubectl(made), '');
  assert.equal(hashOf(await plan(inputs)), hashOf(planned));

  const deploy = await scene.deploy({ inputs: { ...inputs, 'plan-hash': hashOf(planned) } });
  assert.equal(deploy.exitCode, 0, deploy.log);
  const settled = await plan(inputs);
  assert.equal(settled.outputs['changed'], 'false', settled.log);
});

function ownSet(namespace: string, group: string): readonly JsonObject[] {
  const labels = { 'made-by': 'plan-hash-test' };
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `widgets.${group}`, labels },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace }, data: { a: '1' } },
    { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: 'first', namespace }, size: 1 },
  ];
}

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
