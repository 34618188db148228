import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { imagesToLookUp, type ImageUse } from '../../../src/check/image-uses.ts';
import { findMissingImages } from '../../../src/check/images.ts';
import type { ImageLook } from '../../../src/values/image-look.ts';
import { readNodePlatforms } from '../../../src/check/node-platforms.ts';
import { formatProblem } from '../../../src/errors.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { parseImageReference } from '../../../src/values/image.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { STATUSES } from '../../support/statuses.ts';
import { setOf } from './set.ts';

const SERVER = `apiVersion: apps/v1
kind: Deployment
metadata: { name: server }
spec:
  template:
    spec:
      nodeSelector: { kubernetes.io/arch: arm64 }
      initContainers:
        - { name: init, image: ghcr.io/org/init:1 }
      containers:
        - name: app
          image: ghcr.io/org/app:2
        - name: own
          image: ghcr.io/org/own:abc
        - { name: local, image: "local:1", imagePullPolicy: Never }
        - { name: odd, image: "not an image" }
        - { name: open, image: "open:latest" }
`;
const liveWith = (name: string, image: string): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'server' },
  spec: { template: { spec: { containers: [{ name, image }] } } },
});
const BUILT = [parseImageReference('ghcr.io/org/own:abc')];

const lookedUp = (live: JsonObject | undefined, built = BUILT): readonly string[] =>
  setOf(SERVER)
    .flatMap((target) => imagesToLookUp([{ target, live }], built))
    .map(({ reference, container, object, place, nodes }) =>
      [`${place.file}:${place.line}`, object, container, reference, nodes.arch].join(' '),
    );

describe('which images are looked up', () => {
  const init = 'k8s/app.yaml:9 Deployment/server init ghcr.io/org/init:1 arm64';
  const app = 'k8s/app.yaml:12 Deployment/server app ghcr.io/org/app:2 arm64';
  const own = 'k8s/app.yaml:14 Deployment/server own ghcr.io/org/own:abc arm64';

  test('those of a new object, but none that is built, local, unreadable or without a fixed version', () => {
    assert.deepEqual(lookedUp(undefined), [init, app]);
  });
  test('an older build of the same repository too', () => {
    assert.deepEqual(lookedUp(undefined, [parseImageReference('ghcr.io/org/own:new')]), [init, app, own]);
  });
  test('not what the same container runs already', () => {
    assert.deepEqual(lookedUp(liveWith('app', 'ghcr.io/org/app:2')), [init]);
  });
  test('what the container runs in another version', () => {
    assert.deepEqual(lookedUp(liveWith('app', 'ghcr.io/org/app:1')), [init, app]);
  });
  test('what only another container runs', () => {
    assert.deepEqual(lookedUp(liveWith('other', 'ghcr.io/org/app:2')), [init, app]);
  });
});

const use = (reference: string, nodes: Partial<ImageUse['nodes']> = {}): ImageUse => ({
  reference,
  place: { file: 'k8s/app.yaml', line: 7 },
  object: 'Deployment/server',
  container: 'app',
  nodes: { os: undefined, arch: undefined, ...nodes },
});

async function told(
  images: readonly ImageUse[],
  looks: Readonly<Record<string, ImageLook>>,
  platforms?: readonly string[],
) {
  const asked: string[] = [];
  const look = async (reference: string): Promise<ImageLook> => {
    asked.push(reference);
    return looks[reference] ?? { kind: 'there', platforms: [] };
  };
  const { findings, notes } = await findMissingImages(images, { look }, platforms);
  return { findings: findings.map(({ code, problem }) => `${code} ${formatProblem(problem)}`), notes, asked };
}

test('an image that the registry does not have is told at each place, and looked up once', async () => {
  const { findings, asked } = await told([use('a:1'), use('a:1'), use('b:1')], { 'a:1': { kind: 'missing' } });
  const line = 'image-not-found k8s/app.yaml:7: Deployment/server, container app: the registry has no image a:1';
  assert.deepEqual(
    [findings, asked],
    [
      [line, line],
      ['a:1', 'b:1'],
    ],
  );
});

const unknown = (why: string): ImageLook => ({ kind: 'unknown', why });

test('one note says in which registries nobody could look, and why', async () => {
  const images = ['reg.example/a:1', 'reg.example/b:1', 'nginx:1'];
  const { findings, notes } = await told(
    images.map((one) => use(one)),
    {
      'reg.example/a:1': unknown('not logged in'),
      'reg.example/b:1': unknown('timeout'),
      'nginx:1': unknown('too many requests'),
    },
  );
  assert.deepEqual(findings, []);
  assert.deepEqual(notes, [
    'whether images are there could not be looked up in docker.io (too many requests), reg.example (not logged in)',
  ]);
});

const AMD_AND_ARM = ['linux/amd64', 'linux/arm64'];

for (const [says, image, nodes, selector, fits] of [
  ['one of its platforms is that of a node', ['linux/s390x', 'linux/arm64'], AMD_AND_ARM, {}, true],
  ['none is', ['linux/s390x'], AMD_AND_ARM, {}, false],
  ['nodes are not known', ['linux/s390x'], undefined, {}, true],
  ['there are no nodes', ['linux/s390x'], [], {}, true],
  ['its platforms are not known', [], AMD_AND_ARM, {}, true],
  ['only attestations say something', ['unknown/unknown'], AMD_AND_ARM, {}, true],
  ['a variant of the architecture', ['linux/arm64/v8'], ['linux/arm64'], {}, true],
  ['32 bits on 64', ['linux/386'], ['linux/amd64'], {}, true],
  ['64 bits on 32', ['linux/arm64'], ['linux/arm'], {}, false],
  ['another system', ['windows/amd64'], ['linux/amd64'], {}, false],
  ['the pod chooses its nodes', ['linux/amd64'], AMD_AND_ARM, { arch: 'arm64' }, false],
  ['the pod chooses the system', ['linux/amd64'], ['linux/amd64', 'windows/amd64'], { os: 'windows' }, false],
  ['the pod chooses what is not there yet', ['linux/s390x'], AMD_AND_ARM, { arch: 's390x' }, true],
  ['the pod chooses nodes of another system', ['windows/amd64'], ['windows/amd64'], { arch: 'amd64' }, true],
  ['the pod chooses, and nodes are not known', ['linux/amd64'], undefined, { arch: 'arm64' }, false],
] as readonly (readonly [
  string,
  readonly string[],
  readonly string[] | undefined,
  Partial<ImageUse['nodes']>,
  boolean,
])[]) {
  test(`platforms: ${says} → ${fits ? 'no finding' : 'a finding'}`, async () => {
    const { findings } = await told([use('a:1', selector)], { 'a:1': { kind: 'there', platforms: image } }, nodes);
    assert.equal(findings.length, fits ? 0 : 1);
  });
}

test('platforms: the finding has both sides', async () => {
  const looks = { 'a:1': { kind: 'there', platforms: ['linux/arm64'] } } as const;
  assert.deepEqual((await told([use('a:1')], looks, ['linux/amd64'])).findings, [
    'image-platform-mismatch k8s/app.yaml:7: Deployment/server, container app: image a:1 is for linux/arm64, and the nodes are linux/amd64',
  ]);
});

const node = (os: string, arch: string): JsonObject => ({
  metadata: { labels: { 'kubernetes.io/os': os, 'kubernetes.io/arch': arch } },
});

describe('the platforms of the nodes', () => {
  test('are read page by page', async () => {
    const api = fakeApi({
      '/api/v1/nodes?limit=500': {
        items: [node('linux', 'arm64'), node('linux', 'amd64')],
        metadata: { continue: 'p2' },
      },
      '/api/v1/nodes?limit=500&continue=p2': { items: [node('linux', 'arm64'), { metadata: {} }], metadata: {} },
    });
    assert.deepEqual(await readNodePlatforms(api), ['linux/amd64', 'linux/arm64']);
  });
  test('travel as labels only', async () => {
    const accepted: string[] = [];
    const api = fakeApi({ '/api/v1/nodes': { items: [], metadata: {} } });
    const request: typeof api.request = async (asked) => {
      accepted.push(asked.headers?.['accept'] ?? '');
      return api.request(asked);
    };
    await readNodePlatforms({ ...api, request });
    assert.match(accepted.join(), /^application\/json;as=PartialObjectMetadataList;v=v1;g=meta\.k8s\.io/);
  });
  test('are not known where nodes may not be listed', async () => {
    assert.equal(await readNodePlatforms(fakeApi({ '/api/v1/nodes': STATUSES.mayNotPatch })), undefined);
  });
});
