import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInputs, type GivenInputs } from '../../../src/inputs/read.ts';
import { INPUTS, type Inputs, type InputKey } from '../../../src/inputs/spec.ts';
import { failureOfWork } from '../../support/failures.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const DIGEST = `sha256:${'b2'.repeat(32)}`;

/** The fewest inputs with which something can be deployed. */
const DEPLOY = { manifests: 'k8s/*.yaml', kubeconfig: 'kubeconfig.yaml' };
const BUILD = { image: 'ghcr.io/org/app', context: '.' };

const problemsOf = async (given: GivenInputs): Promise<readonly string[]> =>
  (await failureOfWork(() => readInputs(given))).lines;

test('the fewest inputs are enough, the others have their defaults', () => {
  const inputs = readInputs(DEPLOY);
  assert.deepEqual(inputs.manifests, ['k8s/*.yaml']);
  assert.deepEqual(
    [inputs.restart, inputs.timeout, inputs.kubectlVersion, inputs.buildxVersion, inputs.githubToken],
    [{ kind: 'auto' }, 600, { kind: 'auto' }, { kind: 'auto' }, ''],
  );
  assert.deepEqual([inputs.image, inputs.namespace, inputs.images, inputs.vars], [undefined, undefined, [], []]);
});

test('an input that is empty or blank counts as not given', () => {
  const { timeout, namespace } = readInputs({ ...DEPLOY, timeout: '  ', namespace: '', vars: '\n' });
  assert.deepEqual([timeout, namespace], [600, undefined]);
});

test('what the runner gives for every input that has a default wishes nothing: a mere build stays one', () => {
  const defaults = Object.values(INPUTS).map(({ name, fallback }) => [name, fallback]);
  assert.equal(readInputs({ ...Object.fromEntries(defaults), ...BUILD }).context, BUILD.context);
});

test('every row of the table has the name under which the runner gives it', () => {
  for (const { name, description, format } of Object.values(INPUTS)) {
    assert.match(name, /^[a-z]+(-[a-z]+)*$/);
    assert.match(description, /\.$|\)$/, `the description of ${name} is not a sentence`);
    assert.notEqual(format, '');
  }
});

const image = (path: string, tag?: string, digest?: string) => ({ registry: 'ghcr.io', path, tag, digest });

const GOOD: readonly (readonly [key: InputKey, given: GivenInputs, value: unknown])[] = [
  ['image', { ...BUILD, image: 'ghcr.io/Org/App' }, image('org/app')],
  ['context', { ...BUILD, context: 'server' }, 'server'],
  ['file', { image: BUILD.image, file: 'server/Dockerfile' }, 'server/Dockerfile'],
  ['target', { ...BUILD, target: 'prod' }, 'prod'],
  ['buildArgs', { ...BUILD, 'build-args': '# versions\nA=1\n\n  B=x=y \n' }, ['A=1', 'B=x=y']],
  ['cacheFrom', { ...BUILD, 'cache-from': 'type=gha\ntype=registry,ref=a' }, ['type=gha', 'type=registry,ref=a']],
  ['cacheTo', { ...BUILD, 'cache-to': 'type=gha,mode=max' }, ['type=gha,mode=max']],
  ['builder', { ...BUILD, builder: 'my-builder_1' }, 'my-builder_1'],
  [
    'images',
    { ...DEPLOY, images: `ghcr.io/org/a\nghcr.io/org/b:v1\nghcr.io/org/c:latest@${DIGEST}` },
    [image('org/a'), image('org/b', 'v1'), image('org/c', 'latest', DIGEST)],
  ],
  ['manifests', { ...DEPLOY, manifests: 'k8s\r\ninfra/*.yaml\r\n' }, ['k8s', 'infra/*.yaml']],
  [
    'vars',
    { ...DEPLOY, vars: 'API_KEY\n_x1=\nURL=https://a/?b=c d' },
    [
      { name: 'API_KEY', value: undefined },
      { name: '_x1', value: '' },
      { name: 'URL', value: 'https://a/?b=c d' },
    ],
  ],
  [
    'imagePaths',
    { ...DEPLOY, 'image-paths': 'Rollout.argoproj.io {.spec.image}' },
    [
      {
        text: 'Rollout.argoproj.io {.spec.image}',
        kind: 'Rollout',
        group: 'argoproj.io',
        path: [
          { kind: 'key', key: 'spec' },
          { kind: 'key', key: 'image' },
        ],
      },
    ],
  ],
  ['renderTo', { ...DEPLOY, 'render-to': 'out/all.yaml' }, 'out/all.yaml'],
  ['helmValues', { ...DEPLOY, 'helm-values': 'a.yaml\nb.yaml' }, ['a.yaml', 'b.yaml']],
  ['helmRelease', { ...DEPLOY, 'helm-release': 'shop-1' }, 'shop-1'],
  ['createNamespace', { ...DEPLOY, 'create-namespace': 'true' }, true],
  ['command', { ...DEPLOY, command: 'plan' }, 'plan'],
  ['planHash', { ...DEPLOY, 'plan-hash': 'a1'.repeat(32) }, 'a1'.repeat(32)],
  ['failOnChange', { ...DEPLOY, 'fail-on-change': 'true' }, true],
  ['mustExist', { ...DEPLOY, 'must-exist': 'images' }, 'images'],
  ['forceConflicts', { ...DEPLOY, 'force-conflicts': 'true' }, true],
  ['jobPolicy', { ...DEPLOY, 'job-policy': 'replace' }, 'replace'],
  ['prune', { ...DEPLOY, prune: 'true' }, true],
  ['inventory', { ...DEPLOY, prune: 'true', inventory: 'shop' }, 'shop'],
  ['preDeploy', { ...DEPLOY, 'pre-deploy': 'jobs/*.yaml' }, ['jobs/*.yaml']],
  ['allowDowngrade', { ...DEPLOY, 'allow-downgrade': 'true' }, true],
  [
    'smokeTest',
    { ...DEPLOY, 'smoke-test': 'run scripts/smoke.sh' },
    [{ kind: 'command', text: 'run scripts/smoke.sh', words: ['scripts/smoke.sh'] }],
  ],
  ['smokeTimeout', { ...DEPLOY, 'smoke-timeout': '90s' }, 90],
  ['onFailure', { ...DEPLOY, 'on-failure': 'rollback' }, 'rollback'],
  ['onCancel', { ...DEPLOY, 'on-cancel': 'rollback' }, 'rollback'],
  [
    'expectCluster',
    { ...DEPLOY, 'expect-cluster': 'https://K8s.example:443/' },
    { kind: 'server', url: 'https://k8s.example' },
  ],
  ['helmVersion', { ...DEPLOY, 'helm-version': 'auto' }, { kind: 'auto' }],
  ['helmMirror', { ...DEPLOY, 'helm-mirror': 'https://mirror.example/helm/' }, 'https://mirror.example/helm'],
  ['namespace', { ...DEPLOY, namespace: 'pr-12' }, 'pr-12'],
  [
    'setImage',
    { kubeconfig: 'x', 'set-image': 'deployment/worker app\nsts/db  db=ghcr.io/org/db:v1' },
    [
      { workload: { kind: 'Deployment', name: 'worker' }, container: 'app', image: undefined },
      { workload: { kind: 'StatefulSet', name: 'db' }, container: 'db', image: image('org/db', 'v1') },
    ],
  ],
  ['restart', { ...DEPLOY, restart: 'never' }, { kind: 'never' }],
  [
    'restart',
    { ...DEPLOY, restart: 'deployment/a\nds/b' },
    {
      kind: 'only',
      workloads: [
        { kind: 'Deployment', name: 'a' },
        { kind: 'DaemonSet', name: 'b' },
      ],
    },
  ],
  ['timeout', { ...DEPLOY, timeout: '1h30m' }, 5400],
  ['failFast', { ...DEPLOY, 'fail-fast': 'false' }, false],
  ['maxRestarts', { ...DEPLOY, 'max-restarts': '5' }, 5],
  ['imageGrace', { ...DEPLOY, 'image-grace': '1m' }, 60],
  ['scheduleGrace', { ...DEPLOY, 'schedule-grace': '2m30s' }, 150],
  ['soak', { ...DEPLOY, soak: '30s' }, 30],
  ['verifyDigest', { ...DEPLOY, 'verify-digest': 'false' }, false],
  ['kubeconfig', { ...DEPLOY, kubeconfig: 'kind: Config\nclusters: []' }, 'kind: Config\nclusters: []'],
  [
    'kubeContext',
    { ...DEPLOY, 'kube-context': 'arn:aws:eks:eu-west-1:1:cluster/x' },
    'arn:aws:eks:eu-west-1:1:cluster/x',
  ],
  ['kubectlVersion', { ...DEPLOY, 'kubectl-version': '1.34' }, { kind: 'minor', minor: { major: 1, minor: 34 } }],
  ['kubectlMirror', { ...DEPLOY, 'kubectl-mirror': 'http://127.0.0.1:8080/k8s//' }, 'http://127.0.0.1:8080/k8s'],
  [
    'buildxVersion',
    { ...BUILD, 'buildx-version': 'v0.36.1' },
    { kind: 'exact', version: 'v0.36.1', sha256: undefined },
  ],
  ['buildxMirror', { ...BUILD, 'buildx-mirror': 'https://mirror.example/buildx' }, 'https://mirror.example/buildx'],
  ['sha', { ...DEPLOY, sha: SHA }, SHA],
  ['githubToken', { ...DEPLOY, 'github-token': 'ghs_token' }, 'ghs_token'],
];

for (const [key, given, value] of GOOD) {
  test(`${INPUTS[key].name} is read from ${JSON.stringify(given[INPUTS[key].name]).slice(0, 60)}`, () => {
    const inputs: Inputs = readInputs(given);
    assert.deepEqual(inputs[key], value);
  });
}

test('every input of the table is among the good examples', () => {
  assert.deepEqual(
    Object.keys(INPUTS).filter((key) => !GOOD.some(([good]) => good === key)),
    [],
  );
});

const BAD: readonly (readonly [name: string, given: GivenInputs, message: string])[] = [
  [
    'image',
    { ...BUILD, image: 'ghcr.io/org/app:v1' },
    'image: "ghcr.io/org/app:v1" has a tag or digest; give the repository alone, the tag is the SHA of the commit',
  ],
  ['target', { ...BUILD, target: '--push' }, 'target: "--push" is not a name: letters, digits and _ . - only'],
  ['builder', { ...BUILD, builder: 'a b' }, 'builder: "a b" is not a name: letters, digits and _ . - only'],
  [
    'build-args',
    { ...BUILD, 'build-args': 'A=1\n1B=s3cret\nNAME' },
    'build-args: "1B=…" is not KEY=VALUE; "NAME" is not KEY=VALUE',
  ],
  [
    'images',
    { ...DEPLOY, images: 'app:latest' },
    'images: "app:latest" is not pinned: give a tag other than latest, or a digest',
  ],
  [
    'vars',
    { ...DEPLOY, vars: 'KEY: s3cret' },
    'vars: "KEY:…" is not the name of an environment variable, alone or as NAME=value',
  ],
  ['command', { ...DEPLOY, command: 'apply' }, 'command: "apply" is none of deploy, plan'],
  ['plan-hash', { ...DEPLOY, 'plan-hash': 'abc' }, 'plan-hash: "abc" is not the output plan-hash of a plan'],
  [
    'inventory',
    { ...DEPLOY, prune: 'true', inventory: 'My App' },
    'inventory: "My App" is not a name of 1 to 53 of a-z, 0-9 and -, starting and ending with a letter or digit',
  ],
  ['inventory', { ...DEPLOY, inventory: 'shop' }, 'inventory: is for prune'],
  [
    'pre-deploy',
    { kubeconfig: 'x', 'set-image': 'ds/a b=c:1', 'pre-deploy': 'jobs' },
    'pre-deploy: has no manifests to work on',
  ],
  ['on-failure', { ...BUILD, 'on-failure': 'rollback' }, 'on-failure: nothing is deployed'],
  [
    'namespace',
    { ...DEPLOY, namespace: 'Shop' },
    'namespace: "Shop" is not a namespace: 1 to 63 of a-z, 0-9 and -, starting and ending with a letter or digit',
  ],
  [
    'set-image',
    { kubeconfig: 'x', 'set-image': 'deployment/worker' },
    'set-image: "deployment/worker" is not like "deployment/worker container" or "deployment/worker container=repo/app:tag"',
  ],
  [
    'set-image',
    { kubeconfig: 'x', 'set-image': 'job/worker app' },
    'set-image: "job/worker" is not a workload like deployment/server, statefulset/db or daemonset/agent',
  ],
  [
    'set-image',
    { kubeconfig: 'x', 'set-image': 'deployment/a app=b:latest' },
    'set-image: "b:latest" is not pinned: give a tag other than latest, or a digest',
  ],
  [
    'restart',
    { ...DEPLOY, restart: 'sometimes' },
    'restart: "sometimes" is not a workload like deployment/server, statefulset/db or daemonset/agent',
  ],
  ['timeout', { ...DEPLOY, timeout: 'soon' }, 'timeout: "soon" is not a duration like 90s, 5m or 1h30m'],
  ['fail-fast', { ...DEPLOY, 'fail-fast': 'no' }, 'fail-fast: "no" is neither true nor false'],
  ['max-restarts', { ...DEPLOY, 'max-restarts': '-1' }, 'max-restarts: "-1" is not a number like 0, 2 or 10'],
  [
    'kubectl-version',
    { ...DEPLOY, 'kubectl-version': 'latest' },
    'kubectl-version: "latest" is not auto, a minor like 1.34, or a version like v1.34.4 (optionally v1.34.4@sha256:<sum>)',
  ],
  [
    'kubectl-mirror',
    { ...DEPLOY, 'kubectl-mirror': 'https://me:secret@mirror.example' },
    'kubectl-mirror: the URL has a user or password in it; a mirror must be open to the runner',
  ],
  [
    'kubectl-mirror',
    { ...DEPLOY, 'kubectl-mirror': 'ftp://x' },
    'kubectl-mirror: "ftp://x" is not an http or https URL',
  ],
  [
    'buildx-version',
    { ...BUILD, 'buildx-version': 'new' },
    'buildx-version: "new" is not auto, a minor like 1.34, or a version like v1.34.4 (optionally v1.34.4@sha256:<sum>)',
  ],
  ['buildx-mirror', { ...BUILD, 'buildx-mirror': 'mirror' }, 'buildx-mirror: "mirror" is not an http or https URL'],
  ['sha', { ...DEPLOY, sha: 'main' }, 'sha: "main" is not a full commit SHA of 40 hexadecimal digits'],
];

for (const [name, given, message] of BAD) {
  test(`${name}: ${JSON.stringify(given[name])} is refused`, async () => {
    const failure = await failureOfWork(() => readInputs(given));
    assert.deepEqual([failure.code, failure.lines], ['input-invalid', [message]]);
    assert.notEqual(failure.hint, '');
  });
}

for (const [name, message] of [
  ['manifest', 'manifest: did you mean manifests?'],
  ['build-arg', 'build-arg: did you mean build-args?'],
  ['kube-config', 'kube-config: did you mean kubeconfig?'],
  ['setimage', 'setimage: did you mean set-image?'],
  ['name-space', 'name-space: did you mean namespace?'],
  ['kubernetes-context', 'kubernetes-context: did you mean kube-context?'],
  ['entrypoint', 'entrypoint: there is no such input'],
] as const) {
  test(`the unknown input ${name} is named`, async () => {
    assert.deepEqual(await problemsOf({ ...DEPLOY, [name]: 'x' }), [message]);
  });
}

test('all problems of all inputs are told in one go', async () => {
  const failure = await failureOfWork(() =>
    readInputs({ manifest: 'k8s', timeout: 'soon', namespace: 'A', target: 'x' }),
  );
  assert.equal(failure.message, '5 problems with the inputs');
  assert.deepEqual(
    failure.lines.map((line) => line.split(':')[0]),
    [
      'manifest',
      'namespace',
      'timeout',
      'target, build-args, cache-from, cache-to and builder need a build',
      'nothing to do',
    ],
  );
});

const TOGETHER: readonly (readonly [says: string, given: GivenInputs, problems: readonly string[]])[] = [
  ['nothing at all', {}, ['nothing to do: give manifests, set-image, or context and image']],
  ['only an image is built', BUILD, []],
  ['a build with context alone', { context: '.' }, ['image: needed to build']],
  ['a build with file alone', { file: 'Dockerfile' }, ['image: needed to build']],
  ['a build and images', { ...BUILD, images: 'a:1' }, ['images: cannot be given together with context or file']],
  [
    'an image and nothing to build',
    { ...DEPLOY, image: 'a/b' },
    ['image: is there, but neither context nor file says what to build'],
  ],
  [
    'build options without a build',
    { ...DEPLOY, 'cache-from': 'a' },
    ['target, build-args, cache-from, cache-to and builder need a build'],
  ],
  ['manifests without a kubeconfig', { manifests: 'k8s' }, ['kubeconfig: is missing or empty']],
  ['a secret that is not set', { manifests: 'k8s', kubeconfig: '' }, ['kubeconfig: is missing or empty']],
  ['set-image without a kubeconfig', { 'set-image': 'deployment/a b' }, ['kubeconfig: is missing or empty']],
  ['vars without manifests', { ...BUILD, vars: 'A' }, ['vars: has no manifests to work on']],
  ['a build and a deploy', { ...BUILD, ...DEPLOY }, []],
  ['set-image alone', { 'set-image': 'deployment/a b=c:1', kubeconfig: 'x' }, []],
];

for (const [says, given, problems] of TOGETHER) {
  test(`${says}: ${problems.length === 0 ? 'fine' : problems.join()}`, async () => {
    if (problems.length === 0) {
      readInputs(given);
    } else {
      assert.deepEqual(await problemsOf(given), problems);
    }
  });
}

test('no message repeats what may be a secret', async () => {
  const failure = await failureOfWork(() =>
    readInputs({
      kubeconfig: 's3cret',
      'github-token': 's3cret',
      vars: '9KEY=s3cret\nOTHER: s3cret\nTHIRD s3cret',
      'build-args': '9TOKEN=s3cret\nTOKEN: s3cret',
    }),
  );
  assert.ok(failure.lines.length >= 3);
  assert.doesNotMatch(JSON.stringify(failure), /s3cret/);
});
