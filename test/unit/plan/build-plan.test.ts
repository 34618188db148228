import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInputs, type GivenInputs } from '../../../src/inputs/read.ts';
import { expectedImages } from '../../../src/plan/images.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { RunnerFacts } from '../../../src/plan/runner-facts.ts';
import { assertRightCommit, withCheckout } from '../../../src/plan/with-checkout.ts';
import type { Checkout } from '../../../src/values/checkout.ts';
import { formatImageReference } from '../../../src/values/image.ts';
import { failureOfWork } from '../../support/failures.ts';
import { FACTS, SHA } from '../../support/runner-facts.ts';

const BUILD = { image: 'ghcr.io/org/app', context: 'server' };
const MERGE = 'd'.repeat(40);

const plan = (given: GivenInputs, facts: Partial<RunnerFacts> = {}): Plan =>
  makePlan(readInputs(given), { ...FACTS, ...facts });

const problemsOf = async (given: GivenInputs): Promise<readonly string[]> =>
  (await failureOfWork(() => plan(given))).lines;

const names = ({ images }: Plan): readonly string[] => expectedImages(images).map(formatImageReference);

const clean: Checkout = { kind: 'clean', head: SHA, commitTime: '2026-01-30T08:00:00.000Z' };
const dirty: Checkout = { ...clean, kind: 'dirty', files: ['server/a'], fingerprint: '0123456789ab' };

const LABELS = [
  'org.opencontainers.image.source=https://github.com/org/app',
  'org.opencontainers.image.url=https://github.com/org/app',
  'org.opencontainers.image.title=app',
];

test('build: everything that was given reaches the build', () => {
  const { images } = plan({
    ...BUILD,
    target: 'prod',
    platforms: 'linux/amd64',
    'build-args': 'A=1',
    'build-contexts': 'x=../x',
    labels: 'team=shop',
    tags: 'type=ref,event=branch\ntype=sha,format=long,prefix=',
    secrets: 'API_KEY',
    ssh: 'default',
    'no-cache': 'true',
    pull: 'true',
    provenance: 'mode=min',
    sbom: 'true',
    attests: 'type=x',
    cache: 'off',
    'cache-stages': 'base',
    build: 'never',
  });
  assert.deepEqual(images.kind === 'build' ? images.build : images.kind, {
    mode: 'never',
    isPushed: true,
    sha: SHA,
    platforms: ['linux/amd64'],
    buildArgs: ['A=1'],
    labels: [...LABELS, 'org.opencontainers.image.version=main', 'team=shop'],
    tags: ['main'],
    secrets: [{ kind: 'variable', id: 'API_KEY', name: 'API_KEY' }],
    ssh: ['default'],
    noCache: true,
    pull: true,
    proofs: { provenance: 'mode=min', sbom: 'true', attests: ['type=x'] },
    cache: { kind: 'off' },
    workspace: '/checkout/app',
    folder: '/tmp/private',
    image: { registry: 'ghcr.io', path: 'org/app', tag: SHA, digest: undefined },
    context: '/checkout/app/server',
    file: undefined,
    target: 'prod',
    buildContexts: ['x=../x'],
    cacheStages: ['base'],
  });
});

test('a label of the user takes the place of ours', () => {
  const { images } = plan({ ...BUILD, labels: 'org.opencontainers.image.title=Shop' });
  const labels = images.kind === 'build' ? images.build.labels : [];
  assert.deepEqual(
    labels.filter((label) => label.includes('title')),
    ['org.opencontainers.image.title=Shop'],
  );
});

test('bake: files are absolute, and its images are not known before it was run', () => {
  const made = plan({ 'bake-files': 'a.hcl\n/b.hcl', 'bake-targets': 'web', image: 'ghcr.io/org/app' });
  const { images } = made;
  assert.equal(images.kind, 'bake');
  if (images.kind === 'bake') {
    const { files, targets, image, tag } = images.bake;
    assert.deepEqual([files, targets, image?.path, tag], [['/checkout/app/a.hcl', '/b.hcl'], ['web'], 'org/app', SHA]);
  }
  assert.deepEqual([names(made), made.checkout.paths], [[], ['/checkout/app']]);
});

test('a build command builds the image of the commit in the workspace', () => {
  const made = plan({ image: 'a/b', 'build-command': 'make push' });
  assert.deepEqual(names(made), [`a/b:${SHA}`]);
  const { images } = made;
  assert.deepEqual(images.kind === 'command' ? [images.command.command, images.command.context] : [], [
    'make push',
    '/checkout/app',
  ]);
});

test('skaffold: what it builds and renders is deployed where there is a cluster', () => {
  const given = {
    'skaffold-file': 'skaffold.yaml',
    'skaffold-profile': 'prod',
    platforms: 'linux/amd64',
    image: 'r.example/x',
  };
  const made = plan(given);
  assert.deepEqual(made.images, {
    kind: 'skaffold',
    skaffold: {
      file: '/checkout/app/skaffold.yaml',
      profiles: ['prod'],
      repository: 'r.example/x',
      isPushed: true,
      sha: SHA,
      platforms: ['linux/amd64'],
      workspace: '/checkout/app',
      folder: '/tmp/private',
    },
  });
  assert.deepEqual([names(made), made.cluster], [[], undefined]);
  assert.notEqual(plan({ ...given, kubeconfig: 'kc' }).cluster, undefined);
});

test('a clean checkout gives the date of its commit to labels and tags', () => {
  const before = plan({ ...BUILD, tags: "type=raw,value={{commit_date 'YYYYMMDD'}}" });
  const { images } = withCheckout(before, clean);
  assert.equal(images.kind, 'build');
  if (images.kind === 'build') {
    assert.deepEqual(images.build.tags, ['20260130']);
    assert.deepEqual(images.build.labels.slice(3), [
      'org.opencontainers.image.version=20260130',
      'org.opencontainers.image.created=2026-01-30T08:00:00.000Z',
    ]);
    assert.equal(images.build.image.tag, SHA);
  }
});

for (const [kind, given] of [
  ['build', BUILD],
  ['command', { image: 'a/b', 'build-command': 'x' }],
  ['bake', { 'bake-files': 'x' }],
] as const) {
  test(`${kind}: an image of a changed tree is not called by its commit`, () => {
    const { images, naming } = withCheckout(plan({ ...given, tags: 'type=sha' }), dirty);
    const tag = `${SHA}-dirty-0123456789ab`;
    assert.equal(naming.tag, tag);
    assert.match(JSON.stringify(images), new RegExp(`"tag":"${tag}"`));
    assert.match(JSON.stringify(images), /"tags":\["sha-ccccccc-dirty"\]/);
    assert.doesNotMatch(JSON.stringify(images), new RegExp(`"tag":"${SHA}"`));
  });
}

test('without git everything is as it was planned', () => {
  const before = plan(BUILD);
  assert.deepEqual(withCheckout(before, { kind: 'unknown', why: 'no git' }), before);
  const prebuilt = plan({ images: 'a/b', manifests: 'k', kubeconfig: 'kc' });
  assert.deepEqual(withCheckout(prebuilt, dirty).images, prebuilt.images);
});

const repo = { id: 4711 };
const pullRequest = {
  name: 'pull_request',
  payload: { pull_request: { number: 7, head: { sha: SHA, repo }, base: { repo } } },
  sha: MERGE,
};

for (const [says, event, head, given, isRight] of [
  ['the commit of a push', FACTS.event, SHA, BUILD, true],
  ['another commit', FACTS.event, MERGE, BUILD, false],
  ['the head of a pull request', pullRequest, SHA, BUILD, true],
  ['its merge commit', pullRequest, MERGE, BUILD, true],
  ['the base of its target', { ...pullRequest, name: 'pull_request_target' }, MERGE, BUILD, false],
  [
    'the head of a pull request, while another one is wished',
    pullRequest,
    MERGE,
    { ...BUILD, sha: 'e'.repeat(40) },
    false,
  ],
  ['another commit, but nothing is built', FACTS.event, MERGE, { images: 'a', manifests: 'k', kubeconfig: 'k' }, true],
] as const) {
  test(`${says} is checked out: ${isRight ? 'fine' : 'refused'}`, async () => {
    const { checkout } = plan(given, { event });
    const work = (): void => assertRightCommit(checkout, { ...clean, head });
    if (isRight) {
      work();
    } else {
      const { code, message } = await failureOfWork(work);
      assert.equal(code, 'commit-unknown');
      assert.match(message, new RegExp(`^[ce]{40} is to be built, but ${head} is checked out$`));
    }
  });
}

test('what is wrong beside the environment is told in one go, without a value', async () => {
  const failure = await failureOfWork(() =>
    plan({
      ...BUILD,
      secrets: 'GONE\nEMPTY\nid=NPM_TOKEN\nNPM_TOKEN',
      'build-args': 'TOKEN=npm-s3cret-token',
      tags: '-x',
    }),
  );
  assert.equal(failure.message, '5 problems with the inputs');
  assert.deepEqual(failure.lines, [
    'secrets: GONE has no value, the variable GONE is not set or empty',
    'secrets: EMPTY has no value, the variable EMPTY is not set or empty',
    'secrets: NPM_TOKEN is there twice',
    'build-args: TOKEN holds the secret NPM_TOKEN',
    'tags: "-x" makes "-x", which is not a tag',
  ]);
  assert.doesNotMatch(JSON.stringify(failure), /s3cret/);
  assert.deepEqual(await problemsOf({ ...BUILD, secrets: 'GONE' }), [failure.lines[0]]);
});

const TOKEN = { 'github-token': 'ghs_x' };
const OWN = '- {registry: ghcr.io, username: me, password: secret-1}';

test('ghcr.io is entered with the token of the job, if nothing else is said', () => {
  const fallback = { kind: 'password', registry: 'ghcr.io', username: 'octocat', password: 'ghs_x', isFallback: true };
  const own = { kind: 'password', registry: 'ghcr.io', username: 'me', password: 'secret-1' };
  const logins = (given: GivenInputs, facts = {}): unknown => plan(given, facts).login.logins;
  assert.deepEqual(plan({ ...BUILD, ...TOKEN }).login, {
    logins: [fallback],
    userFolder: '/home/me/.docker',
    authConfig: undefined,
    buildersFolder: '/home/me/.docker/buildx',
    folder: '/tmp/private/docker',
    registryCa: undefined,
    certificateFolders: undefined,
  });
  assert.deepEqual(logins({ ...BUILD, ...TOKEN, 'registry-auth': OWN }), [own]);
  assert.deepEqual(logins(BUILD), []);
  assert.deepEqual(logins({ ...BUILD, ...TOKEN, image: 'docker.io/a/b' }), []);
  assert.deepEqual(logins({ ...BUILD, ...TOKEN, image: 'a/b', 'cache-repository': 'ghcr.io/a/c' }), [fallback]);
  assert.deepEqual(logins({ ...BUILD, ...TOKEN }, { serverUrl: 'https://github.example' }), []);
});

test('a builder of ours has a name of its own in each step, and one for all when it stays', () => {
  const { builder } = plan({ ...BUILD, 'registry-ca': 'ca.pem', 'cache-repository': 'r.example:5000/c' });
  assert.deepEqual(builder, {
    wish: { kind: 'auto' },
    options: [],
    image: undefined,
    config: undefined,
    registryCa: '/checkout/app/ca.pem',
    registries: ['ghcr.io', 'r.example:5000'],
    isKept: false,
    runName: builder.runName,
    keptName: builder.keptName,
    proxies: { HTTPS_PROXY: 'http://proxy.example:3128' },
    dockerHost: 'unix:///var/run/docker.sock',
    userFolder: '/home/me/.docker/buildx',
    folder: '/tmp/private/buildx',
    workspace: '/checkout/app',
  });
  assert.match(builder.runName, /^k8s-deploy-77-1-[0-9a-f]{8}$/);
  assert.match(builder.keptName, /^k8s-deploy-kept-org-app-[0-9a-f]{8}$/);
  const others = plan(BUILD, { folder: '/tmp/other', repository: `org/${'very-long-'.repeat(9)}` }).builder;
  assert.notEqual(others.runName, builder.runName);
  const far = plan(BUILD, { runId: '9'.repeat(60), repository: `org/${'very-long-'.repeat(9)}` }).builder;
  for (const name of [others.runName, others.keptName, far.runName, far.keptName]) {
    assert.match(name, /^[a-z0-9-]{1,50}$/);
  }
  const pem = '-----BEGIN CERTIFICATE-----\nx';
  assert.equal(plan({ ...BUILD, 'registry-ca': pem }).builder.registryCa, pem);
  assert.equal(plan({ ...BUILD, 'registry-ca': pem }).login.registryCa, pem);
  assert.equal(plan({ ...BUILD, 'registry-ca': 'ca.pem' }).login.registryCa, '/checkout/app/ca.pem');
  assert.deepEqual(plan({ ...BUILD, image: 'a/b' }).builder.registries, ['docker.io']);
});

test('gates, promotion and tools get what was given', () => {
  const sum = { tool: 'helm', version: 'v3.19.0', platform: 'linux-amd64', sha256: 'a1'.repeat(32) };
  const made = plan({
    images: 'a/b',
    manifests: 'k8s',
    kubeconfig: 'kc',
    'image-tests': 'test/*.yaml',
    'scan-command': 'scan',
    environment: 'prod',
    'require-verified': 'staging',
    tools: 'preinstalled',
    'tool-checksums': `helm v3.19.0 linux-amd64 sha256:${sum.sha256}`,
    'skaffold-version': 'v2.16.1',
  });
  assert.deepEqual(made.gate, {
    imageTests: ['test/*.yaml'],
    scanCommand: 'scan',
    workspace: '/checkout/app',
    folder: '/tmp/private',
  });
  assert.deepEqual(made.promotion, { environment: 'prod', required: 'staging' });
  const { isPreinstalledOnly, checksums, signatures, skaffold, structureTest } = made.tools;
  assert.deepEqual([isPreinstalledOnly, checksums, signatures], [true, [sum], 'off']);
  assert.deepEqual(skaffold.wish, { kind: 'exact', version: 'v2.16.1', sha256: undefined });
  assert.deepEqual(structureTest, { wish: { kind: 'auto' }, mirror: undefined });
});
