import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../src/kube/object.ts';
import type { StreamedAnswer } from '../../src/http.ts';
import { objectsAt, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';
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

const PODS = '/api/v1/namespaces/default/pods';
const SETS = '/apis/apps/v1/namespaces/default/replicasets';

async function items(cluster: FakeCluster, path: string): Promise<readonly JsonObject[]> {
  return objectsAt(await get(cluster, path), 'items');
}

const deploymentIn = (cluster: FakeCluster): JsonObject => cluster.object(PATH) ?? {};
const hashOf = (object: JsonObject | undefined): string | undefined =>
  textAt(object, 'metadata', 'labels', 'pod-template-hash');

test('pods roll out, hang or crash with a log, as they were told to', async () => {
  const cluster = new FakeCluster();
  cluster.behave(':bad', { kind: 'crashes', log: 'Error: boom\n' });
  cluster.behave(':slow', { kind: 'hangs' });
  for (const [image, ending, ready, reason] of [
    ['a:slow', 'hangs', false, undefined],
    ['a:bad', 'crashes', false, 'CrashLoopBackOff'],
    ['a:1', 'rolls out', true, undefined],
  ] as const) {
    cluster.apply(PATH, deployment(image), true);
    assert.equal(cluster.settle(PATH), ending);
    const pods = await items(cluster, `${PODS}?labelSelector=app%3Dserver`);
    const pod = pods.find((candidate) => textAt(candidate, 'spec', 'containers', 0, 'image') === image);
    assert.equal(valueAt(pod, 'status', 'containerStatuses', 0, 'ready'), ready);
    assert.equal(valueAt(pod, 'status', 'containerStatuses', 0, 'state', 'waiting', 'reason'), reason);
    const log = await cluster.answer('GET', `${PODS}/${textAt(pod, 'metadata', 'name') ?? ''}/log?container=app`);
    assert.equal(log.body, ending === 'crashes' ? 'Error: boom\n' : '');
  }
  assert.deepEqual(await items(cluster, `${PODS}?labelSelector=app%3Dagent`), []);
});

test('old pods stay until new ones are up', async () => {
  const cluster = new FakeCluster();
  cluster.behave(':bad', { kind: 'crashes', log: '' });
  const counts = async (): Promise<readonly unknown[]> => {
    const status = deploymentIn(cluster)['status'];
    const all = await items(cluster, PODS);
    return [
      all.length,
      valueAt(status, 'replicas'),
      valueAt(status, 'updatedReplicas'),
      valueAt(status, 'availableReplicas'),
    ];
  };
  for (const [image, expected] of [
    ['a:1', [2, 2, 2, 2]],
    ['a:bad', [4, 4, 2, 2]],
    ['a:2', [2, 2, 2, 2]],
  ] as const) {
    cluster.apply(PATH, deployment(image, { replicas: 2 }), true);
    cluster.settle(PATH);
    assert.deepEqual(await counts(), expected, image);
  }
});

test('each revision has a ReplicaSet, which the pods of it belong to', async () => {
  const cluster = new FakeCluster();
  for (const image of ['a:1', 'a:2@sha256:77', 'a:1']) {
    cluster.apply(PATH, deployment(image), true);
    cluster.settle(PATH);
  }
  const sets = await items(cluster, SETS);
  assert.deepEqual(
    sets.map((set) => [
      textAt(set, 'metadata', 'annotations', 'deployment.kubernetes.io/revision'),
      textAt(set, 'metadata', 'ownerReferences', 0, 'uid'),
      valueAt(set, 'spec', 'replicas'),
    ]),
    [
      ['3', textAt(deploymentIn(cluster), 'metadata', 'uid'), 1],
      ['2', textAt(deploymentIn(cluster), 'metadata', 'uid'), 0],
    ],
    'a template that was there before is a new revision of its old ReplicaSet',
  );
  const [pod] = await items(cluster, `${PODS}?labelSelector=pod-template-hash+in+(x,${hashOf(sets[0]) ?? ''})`);
  assert.deepEqual(
    [textAt(pod, 'metadata', 'ownerReferences', 0, 'uid'), hashOf(pod)],
    [textAt(sets[0], 'metadata', 'uid'), hashOf(sets[0])],
  );
});

test('a pod tells the digest of its image', async () => {
  const cluster = new FakeCluster();
  const image = 'registry:5000/a:1@sha256:77';
  cluster.apply(PATH, deployment(image), true);
  cluster.settle(PATH);
  const status = (await items(cluster, PODS))[0];
  assert.equal(textAt(status, 'status', 'containerStatuses', 0, 'imageID'), 'registry:5000/a@sha256:77');
});

test('only kubectl waits until the deadline of a Deployment has passed', () => {
  const cluster = new FakeCluster();
  cluster.behave('a', { kind: 'crashes', log: '' });
  cluster.apply(PATH, deployment('a'), true);
  cluster.settle(PATH);
  const reason = (): unknown => valueAt(deploymentIn(cluster), 'status', 'conditions', 0, 'reason');
  assert.equal(reason(), 'ReplicaSetUpdated');
  cluster.passDeadline(PATH);
  assert.equal(reason(), 'ProgressDeadlineExceeded');
});

/** The first lines of a watch as "ADDED name version". */
async function linesOf(answer: StreamedAnswer, count: number): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of answer.lines) {
    const { type, object }: JsonObject = JSON.parse(line);
    lines.push([type, textAt(object, 'metadata', 'name'), textAt(object, 'metadata', 'resourceVersion')].join(' '));
    if (lines.length === count) {
      break;
    }
  }
  return lines;
}

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';

test('a watch tells what changed since a version, and what changes, until it is stopped', async () => {
  const cluster = new FakeCluster();
  const { signal } = new AbortController();
  const stop = new AbortController();
  cluster.apply(PATH, deployment('a'), true);
  const version = textAt(await get(cluster, DEPLOYMENTS), 'metadata', 'resourceVersion') ?? '';
  const settled = await cluster.stream(`${DEPLOYMENTS}?watch=true&resourceVersion=${version}`, signal);
  assert.deepEqual(await linesOf(settled, 1), ['MODIFIED server 4'], 'time passes for whoever watches');

  const pods = await cluster.stream(`${PODS}?watch=true&resourceVersion=${version}&labelSelector=app`, stop.signal);
  const following = linesOf(pods, 2);
  const [pod] = await items(cluster, PODS);
  cluster.remove(`${PODS}/${textAt(pod, 'metadata', 'name') ?? ''}`);
  const name = textAt(pod, 'metadata', 'name') ?? '';
  assert.deepEqual(await following, [`ADDED ${name} 3`, `DELETED ${name} 5`]);

  const silent = await cluster.stream(`${DEPLOYMENTS}?watch=true&resourceVersion=5`, stop.signal);
  const stopped = assert.rejects(linesOf(silent, 1), /stopped/);
  stop.abort();
  await stopped;
});

test('an object that is selected no more is told as deleted', async () => {
  const cluster = new FakeCluster();
  for (const app of ['a', 'b', 'a']) {
    cluster.store(`${PODS}/x`, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', labels: { app } } });
  }
  const { signal } = new AbortController();
  const watch = await cluster.stream(`${PODS}?watch=true&labelSelector=app%3Da`, signal);
  assert.deepEqual(await linesOf(watch, 3), ['ADDED x 1', 'DELETED x 2', 'ADDED x 3']);
});

test('time passes for whoever looks for the third time', async () => {
  const cluster = new FakeCluster();
  cluster.apply(PATH, deployment('a'), true);
  const looks = [];
  for (const path of [PATH, DEPLOYMENTS, PATH]) {
    await get(cluster, path);
    looks.push(deploymentIn(cluster)['status'] !== undefined);
  }
  assert.deepEqual(looks, [false, false, true]);
});

test('refusals and outages come when a test wants them', async () => {
  const cluster = new FakeCluster();
  cluster.refuse('/deployments/server', { kind: 'Status', code: 403 });
  assert.equal((await patch(cluster, deployment('a'))).status, 403);
  const watch = async (path: string): Promise<StreamedAnswer> =>
    cluster.stream(`${path}?watch=true`, new AbortController().signal);
  assert.equal((await watch('/deployments/server')).status, 403);
  const broken = assert.rejects(linesOf(await watch(PODS), 1), /ECONNRESET/);
  await Promise.resolve();
  cluster.isAway = true;
  await broken;
  await assert.rejects(watch(PODS), /ECONNREFUSED/);
  await assert.rejects(cluster.answer('GET', '/version'), /ECONNREFUSED/);
});

test('a namespace is deleted with what is in it; one that is held stays, as one that is being deleted', () => {
  const cluster = new FakeCluster();
  const path = '/api/v1/namespaces/other';
  for (const [annotations, phase] of [
    [{}, undefined],
    [{ held: 'true' }, 'Terminating'],
  ] as const) {
    cluster.store(path, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other', annotations } });
    cluster.store(`${path}/configmaps/a`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
    cluster.leave(path);
    assert.equal(textAt(cluster.object(path), 'status', 'phase'), phase);
    assert.equal(cluster.object(`${path}/configmaps/a`), undefined);
  }
});
