import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planSetImages, type SetImageScope } from '../../../src/apply/set-image.ts';
import { parseSetImage } from '../../../src/inputs/workload-inputs.ts';
import { parseImageReference } from '../../../src/values/image.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { failureOfWork } from '../../support/failures.ts';
import { STATUSES } from '../../support/statuses.ts';

const PATH = '/apis/apps/v1/namespaces/shop/deployments/worker';
const WORKER = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'worker', namespace: 'shop' },
  spec: {
    template: {
      spec: {
        initContainers: [{ name: 'migrate', image: 'app:1' }],
        containers: [
          { name: 'app', image: 'app:1' },
          { name: 'proxy', image: 'envoy:1' },
        ],
      },
    },
  },
};
const SCOPE: SetImageScope = { namespace: 'shop', inManifests: [], images: [parseImageReference('app:2')] };

async function planned(
  lines: readonly string[],
  scope: Partial<SetImageScope> = {},
  answers: object = { [PATH]: WORKER },
) {
  const api = fakeApi({ ...answers });
  const { changes, problems } = await planSetImages(lines.map(parseSetImage), { ...SCOPE, ...scope }, api);
  return {
    images: changes.flatMap(({ images }) =>
      images.map(({ container, before, after }) => `${container}: ${before} → ${after}`),
    ),
    workloads: changes.length,
    problems: problems.map(({ message }) => message),
    requests: api.requests,
  };
}

test('a line without an image gets the image of this run', async () => {
  assert.deepEqual((await planned(['deployment/worker app'])).images, ['app: app:1 → app:2']);
});

test('several lines about one workload are one change of it, init containers too', async () => {
  const plan = await planned(['deployment/worker app', 'deploy/worker migrate', 'deployments/worker proxy=envoy:2']);
  assert.deepEqual(
    [plan.workloads, plan.images, plan.requests],
    [1, ['app: app:1 → app:2', 'migrate: app:1 → app:2', 'proxy: envoy:1 → envoy:2'], [`GET ${PATH}`]],
  );
});

test('an image that is there already is no change', async () => {
  assert.deepEqual((await planned(['deployment/worker app=app:1'])).images, []);
});

const IMAGES = ['reg.example/app:2', 'reg.example/migrate:2'].map(parseImageReference);
const live = (...images: readonly [string, string, string]) => {
  const [migrate, app, proxy] = images;
  const containers = [
    { name: 'app', image: app },
    { name: 'proxy', image: proxy },
  ];
  const spec = { initContainers: [{ name: 'migrate', image: migrate }], containers };
  return { [PATH]: { ...WORKER, spec: { template: { spec } } } };
};
const NOW = live('reg.example/migrate:1', 'reg.example/app:1', 'envoy:1');

for (const [says, lines, wanted] of [
  [
    'a line without one takes that of the repository that the container has now',
    ['deployment/worker app', 'deployment/worker migrate'],
    ['app: reg.example/app:1 → reg.example/app:2', 'migrate: reg.example/migrate:1 → reg.example/migrate:2'],
  ],
  [
    'a repository alone is the image of this run',
    ['deployment/worker proxy=reg.example/app'],
    ['proxy: envoy:1 → reg.example/app:2'],
  ],
  ['a tag is a tag', ['deployment/worker app=reg.example/app:1.0'], ['app: reg.example/app:1 → reg.example/app:1.0']],
  ['a repository of others stays what it is', ['deployment/worker proxy=envoy'], ['proxy: envoy:1 → envoy']],
] as const) {
  test(`of several images of this run, ${says}`, async () => {
    assert.deepEqual((await planned(lines, { images: IMAGES }, NOW)).images, wanted);
  });
}

test('when it cannot be known which of several images is meant, the hint names them', async () => {
  const answers = live('x:1', ':not an image:', 'envoy:1');
  const api = fakeApi(answers);
  const lines = ['deployment/worker app', 'deployment/worker proxy'].map(parseSetImage);
  const { problems } = await planSetImages(lines, { ...SCOPE, images: IMAGES }, api);
  assert.deepEqual(
    problems.map(({ message, hint }) => `${message}. ${hint ?? ''}`),
    ['app', 'proxy'].map(
      (container) =>
        `set-image: no image is known for deployment/worker ${container}. Write which one of this run it is, container=repository: reg.example/app, reg.example/migrate.`,
    ),
  );
});

for (const [says, lines, scope, message] of [
  [
    'a workload that does not exist',
    ['deployment/gone app'],
    {},
    'set-image: there is no deployment/gone in the namespace shop',
  ],
  [
    'a container that does not exist',
    ['deployment/worker sidecar'],
    {},
    'set-image: deployment/worker has no container "sidecar"; it has migrate, app, proxy',
  ],
  [
    'no image at all',
    ['deployment/worker app'],
    { images: [] },
    'set-image: no image is known for deployment/worker app',
  ],
  [
    'a workload of the manifests',
    ['deployment/worker app'],
    { inManifests: [{ kind: 'Deployment', namespace: 'shop', name: 'worker' }] },
    'set-image: deployment/worker is in the manifests',
  ],
] as const) {
  test(`${says} is a problem`, async () => {
    assert.deepEqual((await planned(lines, scope)).problems, [message]);
  });
}

test('all wrong names are told together', async () => {
  const { problems } = await planned([
    'deployment/worker a',
    'deployment/worker b',
    'sts/gone c',
    'deployment/worker app',
  ]);
  assert.equal(problems.length, 3);
});

test('a workload of that name in another namespace of the manifests is another one', async () => {
  const inManifests = [{ kind: 'Deployment', namespace: 'other', name: 'worker' }] as const;
  assert.deepEqual((await planned(['deployment/worker app'], { inManifests })).problems, []);
});

test('a workload that may not be read is a missing right, not a missing workload', async () => {
  const failure = await failureOfWork(() => planned(['deployment/worker app'], {}, { [PATH]: STATUSES.mayNotPatch }));
  assert.equal(failure.code, 'access-denied');
});
