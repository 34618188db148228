import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planFingerprint, type PlannedWork } from '../../../src/diff/fingerprint.ts';
import type { DiffSubject } from '../../../src/diff/subject.ts';
import { parseImageReference } from '../../../src/values/image.ts';
import { isJsonObject, type JsonObject } from '../../../src/values/json.ts';
import { DEPLOYMENT, deployment, subjectOf } from './subjects.ts';

const work = (subjects: readonly DiffSubject[], more: Partial<PlannedWork> = {}): PlannedWork => ({
  waves: [subjects],
  restarts: [],
  setImages: [],
  imagesOfRun: [],
  ...more,
});
const fingerprintOf = (subject: DiffSubject, ...images: readonly string[]): string =>
  planFingerprint(work([subject], { imagesOfRun: images.map(parseImageReference) }));

const server = (image: string, replicas = 1): JsonObject => deployment([{ name: 'app', image }], { replicas });
const change = (before: string, after: string): DiffSubject => subjectOf(server(before), server(after), DEPLOYMENT);
const config = (a: string): DiffSubject => subjectOf({ data: { a: '1' } }, { data: { a } });
const AGENT = { kind: 'Deployment', namespace: 'shop', name: 'agent' } as const;
const WORKER = { ...AGENT, name: 'worker' } as const;
const setImage = (
  workload: typeof AGENT | typeof WORKER,
  before: string,
  after: string,
): PlannedWork['setImages'][number] => ({
  workload,
  images: [{ container: 'app', before, after }],
});
const withUid = (uid: string): JsonObject => ({ metadata: { name: 'a', namespace: 'shop', uid } });
const D1 = `sha256:${'1'.repeat(64)}`;
const D2 = `sha256:${'2'.repeat(64)}`;

/** The same with the keys of all maps turned round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(turned);
  }
  return isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, inner]) => [key, turned(inner)]),
      )
    : value;
}
function turnedObject(object: JsonObject | undefined): JsonObject | undefined {
  const result = turned(object);
  return isJsonObject(result) ? result : undefined;
}

const EQUAL: readonly (readonly [string, PlannedWork, PlannedWork])[] = [
  ['the same again', work([change('app:1', 'app:2')]), work([change('app:1', 'app:2')])],
  ['what stays as it is', work([config('2')]), work([config('2'), subjectOf({}, {}, { name: 'b', verb: 'none' })])],
  [
    'a wave with nothing to do',
    work([config('2')]),
    work([], { waves: [[subjectOf({}, {}, { verb: 'none' })], [config('2')]] }),
  ],
  ['where the manifest is', work([config('2')]), work([{ ...config('2'), file: 'k8s/other.yaml', line: 9 }])],
  [
    'replicas that an autoscaler has changed',
    work([subjectOf(server('app:1', 2), server('app:2', 2), DEPLOYMENT)]),
    work([subjectOf(server('app:1', 7), server('app:2', 7), DEPLOYMENT)]),
  ],
  [
    'versions and states',
    work([subjectOf({ data: { a: '1' }, status: { x: 1 } }, { data: { a: '2' } })]),
    work([subjectOf({ data: { a: '1' }, status: { x: 2 } }, { data: { a: '2' }, status: { x: 3 } })]),
  ],
  [
    'the order in which restarts are found',
    work([], {
      restarts: [
        { workload: AGENT, reason: 'x' },
        { workload: WORKER, reason: 'y' },
      ],
    }),
    work([], {
      restarts: [
        { workload: WORKER, reason: 'y' },
        { workload: AGENT, reason: 'x' },
      ],
    }),
  ],
  [
    'the order in which images are found',
    work([], { setImages: [setImage(AGENT, 'a:1', 'a:2'), setImage(WORKER, 'a:1', 'a:2')] }),
    work([], { setImages: [setImage(WORKER, 'a:1', 'a:2'), setImage(AGENT, 'a:1', 'a:2')] }),
  ],
  ['an image that is there already', work([]), work([], { setImages: [setImage(AGENT, 'a:1', 'a:1')] })],
  [
    'the random address in a dry run',
    work([subjectOf(undefined, { spec: { clusterIP: '10.0.0.1' } }, { kind: 'Service', sent: {} })]),
    work([subjectOf(undefined, { spec: { clusterIP: '10.0.0.2' } }, { kind: 'Service', sent: {} })]),
  ],
];

for (const [says, one, other] of EQUAL) {
  test(`the same plan: ${says}`, () => {
    assert.equal(planFingerprint(one), planFingerprint(other));
  });
}

const OTHER: readonly (readonly [string, PlannedWork, PlannedWork])[] = [
  ['nothing and something', work([]), work([config('2')])],
  ['another value', work([config('2')]), work([config('3')])],
  ['text instead of a number', work([subjectOf({}, { a: 1 })]), work([subjectOf({}, { a: '1' })])],
  ['the same from another value', work([change('app:1', 'app:3')]), work([change('app:2', 'app:3')])],
  ['another name', work([config('2')]), work([{ ...config('2'), name: 'b' }])],
  ['another namespace', work([config('2')]), work([{ ...config('2'), namespace: 'other' }])],
  ['another group', work([config('2')]), work([{ ...config('2'), apiVersion: 'x.io/v1' }])],
  ['another verb', work([config('2')]), work([{ ...config('2'), verb: 'replace' }])],
  [
    'another object of that name',
    work([subjectOf(withUid('u1'), undefined)]),
    work([subjectOf(withUid('u2'), undefined)]),
  ],
  ['a new object that is another', work([subjectOf(undefined, { a: 1 })]), work([subjectOf(undefined, { a: 2 })])],
  ['one more that is deleted', work([config('2')]), work([config('2'), subjectOf({}, undefined, { name: 'b' })])],
  ['another order', work([config('2'), change('a:1', 'a:2')]), work([change('a:1', 'a:2'), config('2')])],
  [
    'two waves instead of one',
    work([config('2'), change('a:1', 'a:2')]),
    work([], { waves: [[config('2')], [change('a:1', 'a:2')]] }),
  ],
  [
    'another order of words, and of containers',
    work([
      subjectOf(deployment([{ name: 'a' }, { name: 'b' }]), deployment([{ name: 'a' }, { name: 'b' }]), DEPLOYMENT),
    ]),
    work([
      subjectOf(deployment([{ name: 'a' }, { name: 'b' }]), deployment([{ name: 'b' }, { name: 'a' }]), DEPLOYMENT),
    ]),
  ],
  ['a restart', work([]), work([], { restarts: [{ workload: AGENT, reason: 'x' }] })],
  [
    'a restart for another reason',
    work([], { restarts: [{ workload: AGENT, reason: 'x' }] }),
    work([], { restarts: [{ workload: AGENT, reason: 'y' }] }),
  ],
  [
    'another image of set-image',
    work([], { setImages: [setImage(AGENT, 'a:1', 'a:2')] }),
    work([], { setImages: [setImage(AGENT, 'a:1', 'a:3')] }),
  ],
  [
    'a value of a Secret, changed or new',
    work([subjectOf({ data: { a: 'x' } }, { data: { a: 'y' } }, { kind: 'Secret' })]),
    work([subjectOf({ data: { a: 'x' } }, { data: { a: 'z' } }, { kind: 'Secret' })]),
  ],
  [
    'a port that somebody wants',
    work([subjectOf({}, { spec: { ports: [{ port: 1, nodePort: 31000 }] } }, { kind: 'Service' })]),
    work([subjectOf({}, { spec: { ports: [{ port: 1, nodePort: 31001 }] } }, { kind: 'Service' })]),
  ],
  [
    'replicas that the deploy sets',
    work([subjectOf(server('a:1', 2), server('a:1', 3), DEPLOYMENT)]),
    work([subjectOf(server('a:1', 4), server('a:1', 3), DEPLOYMENT)]),
  ],
];

for (const [says, one, other] of OTHER) {
  test(`another plan: ${says}`, () => {
    assert.notEqual(planFingerprint(one), planFingerprint(other));
  });
}

test('the order of keys makes no other plan, whatever is planned', () => {
  for (const plan of [...EQUAL, ...OTHER].flatMap(([, one, other]) => [one, other])) {
    const waves = plan.waves.map((wave) =>
      wave.map((subject) => ({
        ...subject,
        before: turnedObject(subject.before),
        after: turnedObject(subject.after),
        sent: turnedObject(subject.sent),
      })),
    );
    assert.equal(planFingerprint({ ...plan, waves }), planFingerprint(plan));
  }
});

const BUILT = 'ghcr.io/org/app:2';

test('a plan that is made before the build is the same after it', () => {
  const planned = change('ghcr.io/org/app:1', BUILT);
  const built = change('ghcr.io/org/app:1', `${BUILT}@${D1}`);
  assert.equal(fingerprintOf(built, `${BUILT}@${D1}`), fingerprintOf(planned, BUILT));
  assert.notEqual(fingerprintOf(built), fingerprintOf(planned), 'only images of the run lose their digests');
});

test('the digest of the image does not count wherever it stands', () => {
  for (const text of [
    (digest: string) => `${BUILT}${digest}`,
    (digest: string) => `ghcr.io/org/app${digest}`,
    (digest: string) => `--image=${BUILT}${digest},x`,
    (digest: string) => `{"a":"${BUILT}${digest}","b":"${BUILT}${digest}"}`,
  ]) {
    const one = subjectOf({ data: {} }, { data: { a: text(`@${D1}`) } });
    const other = subjectOf({ data: {} }, { data: { a: text('') } });
    assert.equal(fingerprintOf(one, BUILT), fingerprintOf(other, BUILT), text('@…'));
  }
});

for (const [says, image] of [
  ['another repository', 'ghcr.io/org/other:2'],
  ['a repository that ends the same', 'ghcr.io/my/ghcr.io/org/app:2'],
  ['another registry', 'example.com/org/app:2'],
] as const) {
  test(`the digest counts: ${says}`, () => {
    const one = change('app:1', `${image}@${D1}`);
    const other = change('app:1', `${image}@${D2}`);
    assert.notEqual(fingerprintOf(one, BUILT), fingerprintOf(other, BUILT));
  });
}

test('Docker Hub has several names for one repository', () => {
  assert.equal(
    fingerprintOf(change('a:1', `docker.io/library/app:2@${D1}`), 'app:2'),
    fingerprintOf(change('a:1', 'docker.io/library/app:2'), 'app:2'),
  );
});

test('when only the digest of the image would differ there is nothing planned that could be approved', () => {
  assert.equal(fingerprintOf(change(`${BUILT}@${D1}`, BUILT), BUILT), planFingerprint(work([])));
  const images = [setImage(AGENT, `${BUILT}@${D1}`, BUILT)];
  assert.equal(
    planFingerprint(work([], { setImages: images, imagesOfRun: [parseImageReference(BUILT)] })),
    planFingerprint(work([])),
  );
});

test('a long text without a digest is no work', () => {
  const text = 'a'.repeat(1_000_000);
  assert.match(fingerprintOf(subjectOf(undefined, { data: { text } }), BUILT), /aaa/);
});
