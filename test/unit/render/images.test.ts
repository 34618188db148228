import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOfFindings } from '../../../src/errors.ts';
import { findImageProblems, pinImages } from '../../../src/render/images.ts';
import { parseImagePath } from '../../../src/values/image-path.ts';
import { parseImageReference, type ImageReference } from '../../../src/values/image.ts';
import type { Manifest } from '../../../src/kube/manifest.ts';
import { refusalOf, render } from './rendering.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const BUILT = `localhost:5000/shop/server:abc123@${DIGEST}`;

function workload(kind: string, name: string, spec: string): string {
  return `apiVersion: x/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
}

function pods(...images: readonly string[]): string {
  const containers = images.map((image, index) => `{name: c${index}, image: "${image}"}`);
  return `{containers: [${containers.join(', ')}]}`;
}

async function manifestsOf(...texts: readonly string[]) {
  return (await render({ 'k8s/a.yaml': texts.join('---\n') })).manifests;
}

type Images = readonly ImageReference[];
const pin = (manifests: readonly Manifest[], images: Images, paths: readonly string[] = []) =>
  pinImages(
    manifests,
    images,
    paths.map((text) => parseImagePath(text)),
  );
const problemsIn = (manifests: readonly Manifest[], images: Images, paths: readonly string[] = []) =>
  findImageProblems(
    manifests,
    images,
    paths.map((text) => parseImagePath(text)),
  );

const KINDS: readonly (readonly [kind: string, spec: (pod: string) => string])[] = [
  ['Deployment', (pod) => `{template: {spec: ${pod}}}`],
  ['StatefulSet', (pod) => `{template: {spec: ${pod}}}`],
  ['DaemonSet', (pod) => `{template: {spec: ${pod}}}`],
  ['ReplicaSet', (pod) => `{template: {spec: ${pod}}}`],
  ['Job', (pod) => `{template: {spec: ${pod}}}`],
  ['CronJob', (pod) => `{jobTemplate: {spec: {template: {spec: ${pod}}}}}`],
  ['Pod', (pod) => pod],
];

for (const [kind, spec] of KINDS) {
  test(`images: every container of a ${kind} gets the image that was built`, async () => {
    const pod =
      '{initContainers: [{name: init, image: localhost:5000/shop/server:old}], containers: [{name: main, image: localhost:5000/shop/server}, {name: side, image: envoy:1}]}';
    const manifests = await manifestsOf(workload(kind, 'a', spec(pod)));
    const pinned = pin(manifests, [parseImageReference(BUILT)]);
    const text = pinned.manifests[0]?.toText() ?? '';
    assert.equal(text.split(BUILT).length, 3);
    assert.ok(text.includes('image: envoy:1'));
    assert.deepEqual(
      pinned.replacements.map(({ container, before, after }) => [container, before, after]),
      [
        ['init', 'localhost:5000/shop/server:old', BUILT],
        ['main', 'localhost:5000/shop/server', BUILT],
      ],
    );
  });
}

test('images: a replacement tells file, line and object', async () => {
  const text = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  containers:\n  - name: web\n    image: shop/web\n`;
  const { replacements } = pin(await manifestsOf('# first\n', text), [parseImageReference('docker.io/shop/web:1')]);
  assert.deepEqual(replacements, [
    {
      file: 'k8s/a.yaml',
      line: 11,
      object: 'Pod/web in shop',
      container: 'web',
      before: 'shop/web',
      after: 'docker.io/shop/web:1',
    },
  ]);
});

const MATCHES: readonly (readonly [image: string, built: string, matches: boolean])[] = [
  ['nginx:1', 'docker.io/library/nginx:2', true],
  ['ghcr.io/Org/App:1', 'ghcr.io/org/app:2', true],
  [`app@${DIGEST}`, 'app:2', true],
  ['registry:5000/app:1', 'registry/app:2', false],
  ['org/app-worker:1', 'org/app:2', false],
  ['other/app:1', 'app:2', false],
];

for (const [image, built, matches] of MATCHES) {
  test(`images: ${built} ${matches ? 'replaces' : 'does not replace'} ${image}`, async () => {
    const findings = problemsIn(await manifestsOf(workload('Pod', 'a', pods(image))), [parseImageReference(built)]);
    assert.deepEqual(
      findings.map(({ code }) => code),
      matches ? [] : ['image-unmatched'],
    );
  });
}

test('images: of two with the same repository the first is taken', async () => {
  const images = ['app:1', 'app:2'].map((text) => parseImageReference(text));
  const { replacements } = pin(await manifestsOf(workload('Pod', 'a', pods('app'))), images);
  assert.deepEqual(
    replacements.map(({ after }) => after),
    ['app:1'],
  );
});

test('images: all that is wrong is told at once', async () => {
  const manifests = await manifestsOf(
    workload('Pod', 'a', pods('ghcr.io/org/server:dev', 'busybox', 'redis:latest', `redis:latest@${DIGEST}`)),
    workload('Pod', 'b', pods('${IMAGE}', 'ghcr.io/org/server')),
  );
  const images = ['ghcr.io/org/sever:1', 'redis:7'].map((text) => parseImageReference(text));
  const refusal = await refusalOf(() => {
    throw failureOfFindings(problemsIn(manifests, images), 'in the manifests') ?? new Error('nothing is wrong');
  });
  assert.equal(refusal.code, 'image-unmatched');
  assert.deepEqual(refusal.lines, [
    'no container in the manifests uses the image ghcr.io/org/sever',
    'k8s/a.yaml:4: container c1 of Pod/a: the image "busybox" has no fixed version and may be another one tomorrow',
    'k8s/a.yaml:9: container c0 of Pod/b: "${IMAGE}" has the path part "${image}", which may hold a-z, 0-9 and single . _ - between them',
    'k8s/a.yaml:9: container c1 of Pod/b: the image "ghcr.io/org/server" has no fixed version and may be another one tomorrow',
  ]);
  assert.equal(
    refusal.hints[0],
    'The manifests have busybox, ghcr.io/org/server, redis. The nearest is ghcr.io/org/server.',
  );
  assert.equal(refusal.hints[2], 'Name the variable in the input vars, if it is one of the step.');
});

test('images: manifests without containers say so', async () => {
  const manifests = await manifestsOf('apiVersion: v1\nkind: Service\nmetadata: {name: a}\n');
  const [finding] = problemsIn(manifests, [parseImageReference('app:1')]);
  assert.equal(finding?.problem.hint, 'The manifests have no container with an image at all.');
  assert.deepEqual(pin(manifests, []), { manifests, replacements: [] });
});

const ROLLOUT = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          image: ghcr.io/org/server:dev # built here
        - name: side
          image: envoy
`;
const CONTAINERS = '{.spec.template.spec.containers[*].image}';

test('images: a custom resource gets the image that was built where image-paths says', async () => {
  const manifests = await manifestsOf(ROLLOUT.replace('image: envoy', 'image: envoy:1'));
  const images = [parseImageReference('ghcr.io/org/server:1')];
  const pinned = pin(manifests, images, [`Rollout.argoproj.io ${CONTAINERS}`, `Rollout ${CONTAINERS}`]);
  assert.match(pinned.manifests[0]?.toText() ?? '', /image: ghcr\.io\/org\/server:1 # built here\n/);
  assert.deepEqual(pinned.replacements, [
    {
      file: 'k8s/a.yaml',
      line: 10,
      object: 'Rollout/web',
      container: '.spec.template.spec.containers[0].image',
      before: 'ghcr.io/org/server:dev',
      after: 'ghcr.io/org/server:1',
    },
  ]);
});

test('images: those of a custom resource are checked as those of containers are', async () => {
  const manifests = await manifestsOf(ROLLOUT.replace('org/server', 'org/server!'));
  const findings = problemsIn(manifests, [], [`Rollout ${CONTAINERS}`, 'Rollout {.spec.template}']);
  assert.deepEqual(
    findings.map(({ code, problem }) => `${code} ${problem.line}: ${problem.message}`),
    [
      'manifest-invalid 10: .spec.template.spec.containers[0].image of Rollout/web: "ghcr.io/org/server!:dev" has the path part "server!", which may hold a-z, 0-9 and single . _ - between them',
      'image-unpinned 12: .spec.template.spec.containers[1].image of Rollout/web: the image "envoy" has no fixed version and may be another one tomorrow',
      'manifest-invalid 6: .spec.template of Rollout/web: the image is not text',
    ],
  );
});

test('images: a path that names a container again changes it once', async () => {
  const manifests = await manifestsOf(workload('Pod', 'a', pods('app:1')));
  const { replacements } = pin(manifests, [parseImageReference('app:2')], ['Pod {.spec.containers[*].image}']);
  assert.deepEqual(
    replacements.map(({ container }) => container),
    ['c0'],
  );
});

const NOWHERE: readonly (readonly [path: string, hint: string])[] = [
  ['Workflow {.spec.image}', 'There is no Workflow in the manifests.'],
  [`Rollout.example.com ${CONTAINERS}`, 'There is a Rollout: check its group and the path.'],
  ['Rollout {.spec.image}', 'There is a Rollout: check its group and the path.'],
];

for (const [path, hint] of NOWHERE) {
  test(`images: the path ${path} that leads nowhere is refused`, async () => {
    const findings = problemsIn(await manifestsOf(ROLLOUT.replace('image: envoy', 'image: envoy:1')), [], [path]);
    const message = `"${path}" of the input image-paths matches nothing in the manifests`;
    assert.deepEqual(findings, [{ code: 'image-unmatched', problem: { message, hint } }]);
  });
}
