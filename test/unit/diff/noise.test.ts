import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffObject } from '../../../src/diff/object-diff.ts';
import type { DiffSubject } from '../../../src/diff/subject.ts';
import { OWN_ANNOTATIONS } from '../../../src/kube/own-annotations.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { subjectOf } from './subjects.ts';

const metadata = (more: JsonObject): JsonObject => ({ metadata: { name: 'a', namespace: 'shop', ...more } });
const annotated = (name: string, value: string): JsonObject => metadata({ annotations: { [name]: value } });
const texts = (subject: DiffSubject): readonly string[] =>
  diffObject(subject).lines.map(({ mark, text }) => `${mark} ${text}`);

const NOISE: readonly (readonly [string, JsonObject, JsonObject])[] = [
  ['the status', { status: { replicas: 1 } }, { status: { replicas: 2 } }],
  ['who owns its fields', metadata({ managedFields: [{ manager: 'x' }] }), metadata({ managedFields: [] })],
  [
    'its versions',
    metadata({ resourceVersion: '1', generation: 1 }),
    metadata({ resourceVersion: '2', generation: 2 }),
  ],
  ['uid, link and age', metadata({ uid: 'x', selfLink: '/a', creationTimestamp: 't' }), metadata({})],
  ['the notes of a controller', annotated('deployment.kubernetes.io/revision', '1'), metadata({})],
  ['the count of a controller', annotated('deprecated.daemonset.template.generation', '1'), metadata({})],
  [
    'the notes of kubectl',
    annotated('kubectl.kubernetes.io/last-applied-configuration', '{"a":1}'),
    annotated('kubectl.kubernetes.io/last-applied-configuration', '{"a":2}'),
  ],
  ...Object.values(OWN_ANNOTATIONS).map(
    (name) => [`our own note ${name}`, annotated(name, 'x'), annotated(name, 'y')] as const,
  ),
];

for (const [says, before, after] of NOISE) {
  test(`no difference: ${says}`, () => {
    for (const pair of [
      [before, after],
      [after, before],
    ] as const) {
      const { fields, lines } = diffObject(subjectOf(...pair));
      assert.deepEqual([fields, lines], [[], []]);
    }
  });
}

test('a difference: an annotation of somebody beside our own', () => {
  const before = metadata({ annotations: { 'x.io/a': '1', [OWN_ANNOTATIONS.commit]: 'c1' } });
  const after = metadata({ annotations: { 'x.io/a': '2', [OWN_ANNOTATIONS.commit]: 'c2' } });
  assert.deepEqual(
    diffObject(subjectOf(before, after)).fields.map(({ path }) => path),
    ['metadata.annotations.x.io/a'],
  );
});

test('a difference: a field that is called status and is not that of the object', () => {
  const { fields } = diffObject(subjectOf({ data: { status: 'a' } }, { data: { status: 'b' } }));
  assert.deepEqual(
    fields.map(({ path }) => path),
    ['data.status'],
  );
});

const SERVICE = { kind: 'Service', name: 'server' } as const;
const service = (spec: JsonObject): JsonObject => ({ spec });
const sentService = (spec: JsonObject) => ({ ...SERVICE, sent: { kind: 'Service', ...service(spec) } });

test('what the server would pick for a new Service is not shown as if it were known', () => {
  const after = service({
    clusterIP: '10.0.0.7',
    clusterIPs: ['10.0.0.7'],
    healthCheckNodePort: 31000,
    ports: [{ port: 80, protocol: 'TCP', nodePort: 32000 }],
  });
  const lines = texts(subjectOf(undefined, after, sentService({ ports: [{ port: 80 }] })));
  for (const field of ['clusterIP', 'clusterIPs', 'healthCheckNodePort']) {
    assert.ok(lines.includes(`+   ${field}: (assigned by the server)`), field);
  }
  assert.ok(lines.includes('+   - nodePort: (assigned by the server)'));
  assert.doesNotMatch(lines.join('\n'), /10\.0\.0\.7|31000|32000/);
});

test('what the manifest wants is shown, though the server could have picked it', () => {
  const spec = { clusterIP: 'None', ports: [{ port: 80, nodePort: 32000 }] };
  const lines = texts(subjectOf(undefined, service(spec), sentService(spec)));
  assert.ok(lines.includes('+   clusterIP: None'));
  assert.ok(lines.includes('+   - nodePort: 32000'));
});

const port = (name: string, number: number, nodePort: number): JsonObject => ({ name, port: number, nodePort });

test('an address that is there already stays as it is, and a port that comes is assigned', () => {
  const before = service({ clusterIP: '10.0.0.7', ports: [port('http', 80, 32000)] });
  const after = service({ clusterIP: '10.0.0.7', ports: [port('udp', 53, 32111), port('http', 80, 32000)] });
  const sent = sentService({
    ports: [
      { name: 'udp', port: 53 },
      { name: 'http', port: 80 },
    ],
  });
  assert.deepEqual(
    diffObject(subjectOf(before, after, sent)).fields.map(({ path, after: value }) => [path, value]),
    [['spec.ports[udp]', '{"name":"udp","port":53,"nodePort":"(assigned by the server)"}']],
  );
  assert.ok(texts(subjectOf(before, after, sent)).includes('    clusterIP: 10.0.0.7'));
});

test('a Service of another group has fields of its own', () => {
  const after = service({ clusterIP: 'mine' });
  const lines = texts(
    subjectOf(undefined, after, { ...SERVICE, apiVersion: 'serving.knative.dev/v1', sent: undefined }),
  );
  assert.ok(lines.includes('+   clusterIP: mine'));
});

const job = (uid: string): JsonObject => {
  const labels = { 'controller-uid': uid, 'batch.kubernetes.io/controller-uid': uid, app: 'x' };
  return {
    metadata: { name: 'a', labels },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
  };
};
const pod = (letters: string): JsonObject => ({
  spec: {
    containers: [{ name: 'a', volumeMounts: [{ name: `kube-api-access-${letters}`, mountPath: '/x' }] }],
    volumes: [{ name: `kube-api-access-${letters}` }],
  },
});

test('a Job and a Pod look the same in each dry run, and when they are replaced', () => {
  const JOB = { apiVersion: 'batch/v1', kind: 'Job', sent: {} } as const;
  assert.deepEqual(texts(subjectOf(undefined, job('u1'), JOB)), texts(subjectOf(undefined, job('u2'), JOB)));
  assert.deepEqual(texts(subjectOf(job('u1'), job('u2'), { ...JOB, verb: 'replace' })), []);
  const POD = { kind: 'Pod', sent: {} } as const;
  assert.deepEqual(texts(subjectOf(undefined, pod('abc12'), POD)), texts(subjectOf(undefined, pod('xyz89'), POD)));
});
