import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInputs, type GivenInputs } from '../../../src/inputs/read.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { formatImageReference } from '../../../src/values/image.ts';
import { FACTS, SHA } from '../../support/runner-facts.ts';

const DIGEST = `sha256:${'b2'.repeat(32)}`;
const DEPLOY = { manifests: 'k8s', kubeconfig: 'kc' };

const plan = (given: GivenInputs): Plan => makePlan(readInputs(given), FACTS);

test('build: the image gets the full SHA as its tag, and paths are absolute', () => {
  const { images } = plan({ image: 'ghcr.io/Org/App', context: 'server', file: 'server/deploy/Dockerfile' });
  assert.equal(images.kind, 'build');
  if (images.kind === 'build') {
    const { build } = images;
    assert.equal(formatImageReference(build.image), `ghcr.io/org/app:${SHA}`);
    assert.deepEqual([build.context, build.file], ['/checkout/app/server', '/checkout/app/server/deploy/Dockerfile']);
    assert.deepEqual([build.sha, build.folder], [SHA, '/tmp/private']);
  }
});

for (const [says, given, context, file] of [
  ['context alone', { context: '.' }, '/checkout/app', undefined],
  ['file alone', { file: 'Dockerfile.prod' }, '/checkout/app', '/checkout/app/Dockerfile.prod'],
  ['absolute paths', { context: '/src', file: '/src/D' }, '/src', '/src/D'],
] as const) {
  test(`build with ${says}`, () => {
    const { images } = plan({ image: 'a', ...given });
    assert.deepEqual(images.kind === 'build' ? [images.build.context, images.build.file] : images.kind, [
      context,
      file,
    ]);
  });
}

test('prebuilt: only an image without tag and digest is the one of this commit', () => {
  const { images } = plan({ ...DEPLOY, images: `a\nb:v1\nc@${DIGEST}\nd:v1@${DIGEST}` });
  assert.deepEqual(images.kind === 'prebuilt' ? images.images.map(formatImageReference) : images.kind, [
    `a:${SHA}`,
    'b:v1',
    `c@${DIGEST}`,
    `d:v1@${DIGEST}`,
  ]);
});

test('manifests alone bring no image of their own', () => {
  assert.deepEqual(plan(DEPLOY).images, { kind: 'none' });
});

test('the cluster is not touched when only an image is built', () => {
  assert.equal(plan({ image: 'a', context: '.' }).cluster, undefined);
  assert.equal(plan({ image: 'a', context: '.', kubeconfig: 'kc' }).cluster, undefined);
});

test('kubeconfig and socket are in the private folder', () => {
  assert.deepEqual(plan({ ...DEPLOY, 'kube-context': 'prod' }).cluster, {
    kubeconfig: 'kc',
    context: 'prod',
    namespace: undefined,
    expected: undefined,
    kubeconfigPath: '/tmp/private/kubeconfig',
    socketPath: '/tmp/private/api.sock',
  });
  assert.notEqual(plan({ 'set-image': 'deployment/a b=c:1', kubeconfig: 'kc' }).cluster, undefined);
});

test('variables have the values of the step, and missing is not the same as empty', () => {
  assert.deepEqual(plan({ ...DEPLOY, vars: 'API_KEY\nEMPTY\nGONE' }).render.vars, [
    { name: 'API_KEY', value: 's3cret' },
    { name: 'EMPTY', value: '' },
    { name: 'GONE', value: undefined },
  ]);
});

test('the rest of the inputs reaches the phase that it is for', () => {
  const made = plan({
    ...DEPLOY,
    namespace: 'shop',
    timeout: '90s',
    'fail-fast': 'false',
    'max-restarts': '3',
    'image-grace': '20s',
    soak: '1m',
    restart: 'never',
    'kubectl-version': '1.34',
    'kubectl-mirror': 'https://m.example',
    'github-token': 'ghs_x',
  });
  assert.deepEqual(made.rollout, {
    timeoutSeconds: 90,
    failFast: false,
    maxRestarts: 3,
    imageGraceSeconds: 20,
    scheduleGraceSeconds: undefined,
    soakSeconds: 60,
    verifyDigest: true,
  });
  assert.deepEqual([plan(DEPLOY).rollout.soakSeconds, plan(DEPLOY).rollout.failFast], [0, true]);
  const runUrl = 'https://github.com/org/app/actions/runs/77/attempts/1';
  const origin = { commit: SHA, repository: 'org/app', runUrl };
  assert.deepEqual(made.apply, {
    setImage: [],
    restart: { kind: 'never' },
    forceConflicts: false,
    jobPolicy: 'fail',
    inventory: undefined,
    origin,
  });
  assert.deepEqual(made.order, {
    origin,
    workspace: '/checkout/app',
    allowDowngrade: false,
    github: { apiUrl: 'https://api.github.com', token: 'ghs_x', owner: 'org', repo: 'app' },
  });
  assert.deepEqual([made.cluster?.namespace, made.check.namespace], ['shop', 'shop']);
  assert.deepEqual(made.tools.kubectl, {
    wish: { kind: 'minor', minor: { major: 1, minor: 34 } },
    mirror: 'https://m.example',
  });
  assert.deepEqual([made.tools.githubToken, plan(DEPLOY).tools.githubToken], ['ghs_x', undefined]);
  assert.deepEqual([made.pluginFolders, made.sha], [['/plugins'], SHA]);
});

const wished = (given: GivenInputs): readonly boolean[] => {
  const { references, images } = plan({ ...DEPLOY, ...given }).check;
  return [references, images];
};

const inventory = (given: GivenInputs): string => plan({ ...DEPLOY, prune: 'true', ...given }).apply.inventory ?? '';

test('what must be there before anything is changed is all of it, or what is named', () => {
  assert.deepEqual(wished({}), [true, true]);
  assert.deepEqual(wished({ 'must-exist': 'references' }), [true, false]);
  assert.deepEqual(wished({ 'must-exist': 'images' }), [false, true]);
  assert.deepEqual(wished({ 'must-exist': 'none' }), [false, false]);
});

test('deploys of other manifests have other inventories, unless they are told one', () => {
  assert.match(inventory({}), /^app-[0-9a-f]{8}$/);
  assert.equal(inventory({}), inventory({ manifests: 'k8s\n' }));
  assert.notEqual(inventory({}), inventory({ manifests: 'infra' }));
  assert.equal(inventory({ manifests: 'a\nb' }), inventory({ manifests: 'b\na' }));
  assert.equal(inventory({ inventory: 'shop' }), 'shop');
});

test('the token of an enterprise server is not sent to github.com', () => {
  const inputs = readInputs({ ...DEPLOY, 'github-token': 'ghs_x' });
  assert.equal(makePlan(inputs, { ...FACTS, serverUrl: 'https://github.example' }).tools.githubToken, undefined);
});
