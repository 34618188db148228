import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../src/kube/object.ts';
import { textAt, valueAt } from '../../src/values/json.ts';
import { FakeCluster, pathOf } from './fake-cluster.ts';

/** The promises of fake-cluster.md. */

const deployment = (image: string, more: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'server', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'server' } },
    template: { spec: { containers: [{ name: 'app', image }] } },
    ...more,
  },
});
const PATH = pathOf(deployment('a'));

async function get(cluster: FakeCluster, path: string): Promise<unknown> {
  const answer = await cluster.answer('GET', path);
  return answer.status === 200 ? JSON.parse(answer.body) : answer.status;
}

const patch = (cluster: FakeCluster, object: KubeObject, query = '?dryRun=All') =>
  cluster.answer('PATCH', `${pathOf(object)}${query}`, JSON.stringify(object));

test('version and kinds are told', async () => {
  const cluster = new FakeCluster();
  assert.deepEqual(await get(cluster, '/version'), { gitVersion: 'v1.34.4' });
  assert.equal(valueAt(await get(cluster, '/apis/apps/v1'), 'resources', 0, 'name'), 'deployments');
  assert.equal(await get(cluster, '/apis/example.com/v1'), 404);
});

test('a dry run stores nothing, and says what would be stored', async () => {
  const cluster = new FakeCluster();
  assert.equal((await patch(cluster, deployment('a:1'))).status, 200);
  assert.equal(cluster.object(PATH), undefined);
  cluster.apply(PATH, deployment('a:1'), true);
  const before = cluster.object(PATH);
  const answer: unknown = JSON.parse((await patch(cluster, deployment('a:2'))).body);
  assert.equal(valueAt(answer, 'spec', 'template', 'spec', 'containers', 0, 'image'), 'a:2');
  assert.equal(textAt(answer, 'metadata', 'managedFields', 0, 'manager'), 'k8s-deploy');
  assert.equal(cluster.object(PATH), before);
});

test('the same again changes nothing, not even a version', () => {
  const cluster = new FakeCluster();
  const first = cluster.apply(PATH, deployment('a:1'), true);
  assert.deepEqual(cluster.apply(PATH, deployment('a:1'), true), first);
});

test('versions count changes, generations those of the spec, and the uid stays', () => {
  const cluster = new FakeCluster();
  const first = cluster.apply(PATH, deployment('a:1'), true);
  const labelled = { ...deployment('a:1'), metadata: { name: 'server', namespace: 'default', labels: { a: 'b' } } };
  const second = cluster.apply(PATH, labelled, true);
  const third = cluster.apply(PATH, deployment('a:2'), true);
  assert.deepEqual(
    [first, second, third].map(({ metadata }) => metadata['generation']),
    [1, 1, 2],
  );
  assert.equal(new Set([first, second, third].map(({ metadata }) => metadata['resourceVersion'])).size, 3);
  assert.equal(new Set([first, second, third].map(({ metadata }) => metadata['uid'])).size, 1);
});

test('fields of others stay', () => {
  const cluster = new FakeCluster();
  const first = cluster.apply(PATH, deployment('a:1'), true);
  cluster.store(PATH, { ...first, metadata: { ...first.metadata, annotations: { note: 'x' } } });
  assert.equal(textAt(cluster.apply(PATH, deployment('a:2'), true), 'metadata', 'annotations', 'note'), 'x');
});

test('a new template is a new revision, more replicas are none', () => {
  const cluster = new FakeCluster();
  const revisions = [deployment('a:1'), deployment('a:1', { replicas: 3 }), deployment('a:2', { replicas: 3 })].map(
    (object) =>
      textAt(cluster.apply(PATH, object, true), 'metadata', 'annotations', 'deployment.kubernetes.io/revision'),
  );
  assert.deepEqual(revisions, ['1', '1', '2']);
});

test('an object in a namespace that does not exist is refused, with it it is not', async () => {
  const cluster = new FakeCluster();
  const elsewhere = { ...deployment('a'), metadata: { name: 'server', namespace: 'shop' } };
  assert.equal((await patch(cluster, elsewhere)).status, 404);
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  cluster.apply(pathOf(namespace), namespace, true);
  assert.equal((await patch(cluster, elsewhere)).status, 200);
});

test('pods roll out, hang or crash with a log, as they were told to', async () => {
  const cluster = new FakeCluster();
  cluster.behave(':bad', { kind: 'crashes', log: 'Error: boom\n' });
  cluster.behave(':slow', { kind: 'hangs' });
  for (const [image, ending] of [
    ['a:1', 'rolls out'],
    ['a:slow', 'hangs'],
    ['a:bad', 'crashes'],
  ] as const) {
    cluster.apply(PATH, deployment(image), true);
    assert.equal(cluster.settle(PATH), ending);
  }
  const pods = '/api/v1/namespaces/default/pods';
  assert.equal(
    textAt(await get(cluster, `${pods}?labelSelector=app%3Dserver`), 'items', 0, 'metadata', 'name'),
    'server-x',
  );
  assert.deepEqual(await get(cluster, `${pods}?labelSelector=app%3Dagent`), { items: [] });
  assert.equal((await cluster.answer('GET', `${pods}/server-x/log?container=app`)).body, 'Error: boom\n');
});

test('refusals and outages come when a test wants them', async () => {
  const cluster = new FakeCluster();
  cluster.refuse('/deployments/server', { kind: 'Status', code: 403 });
  assert.equal((await patch(cluster, deployment('a'))).status, 403);
  cluster.isAway = true;
  await assert.rejects(cluster.answer('GET', '/version'), /ECONNREFUSED/);
});
