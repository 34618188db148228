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
  ['builder', { ...BUILD, builder: 'my-builder_1' }, { kind: 'named', name: 'my-builder_1' }],
  ['builder', { ...BUILD, builder: 'tcp://127.0.0.1:1234' }, { kind: 'remote', endpoint: 'tcp://127.0.0.1:1234' }],
  [
    'platforms',
    { ...BUILD, platforms: 'linux/amd64, linux/arm64\nlinux/arm/v7,linux/amd64' },
    ['linux/amd64', 'linux/arm64', 'linux/arm/v7'],
  ],
  [
    'buildContexts',
    { ...BUILD, 'build-contexts': 'shared=../shared\nalpine=docker-image://alpine:3' },
    ['shared=../shared', 'alpine=docker-image://alpine:3'],
  ],
  [
    'labels',
    { ...BUILD, labels: 'org.example/team=shop, and more\nempty=' },
    ['org.example/team=shop, and more', 'empty='],
  ],
  [
    'tags',
    { ...BUILD, tags: 'type=ref,event=branch\ncanary' },
    [
      { type: 'ref', attributes: { event: 'branch' }, text: 'type=ref,event=branch' },
      { type: 'raw', attributes: { value: 'canary' }, text: 'canary' },
    ],
  ],
  [
    'secrets',
    {
      ...BUILD,
      secrets: [
        'npm=a=b,c',
        'NPM_TOKEN',
        'id=x',
        'id=x,env=NAME',
        'type=env,id=x,src=NAME',
        'id=f,src=a b.txt',
        'type=file,id=f,source=f.txt',
      ].join('\n'),
    },
    [
      { kind: 'value', id: 'npm', value: 'a=b,c' },
      { kind: 'variable', id: 'NPM_TOKEN', name: 'NPM_TOKEN' },
      { kind: 'variable', id: 'x', name: 'x' },
      { kind: 'variable', id: 'x', name: 'NAME' },
      { kind: 'variable', id: 'x', name: 'NAME' },
      { kind: 'file', id: 'f', path: 'a b.txt' },
      { kind: 'file', id: 'f', path: 'f.txt' },
    ],
  ],
  ['app', { ...DEPLOY, app: 'shop' }, 'shop'],
  ['deployment', { ...DEPLOY, deployment: 'off' }, 'off'],
  ['environmentUrl', { ...DEPLOY, 'environment-url': 'https://shop.example' }, 'https://shop.example'],
  ['comment', { ...DEPLOY, comment: 'off' }, 'off'],
  ['environments', { command: 'matrix', environments: '[]' }, '[]'],
  ['order', { command: 'matrix', environments: '[]', order: 'sequence' }, 'sequence'],
  ['results', { command: 'collect', results: 'reports' }, 'reports'],
  ['preview', { ...DEPLOY, preview: 'true' }, { kind: 'of-event' }],
  ['preview', { ...DEPLOY, preview: 'false' }, { kind: 'off' }],
  ['preview', { ...DEPLOY, preview: '17' }, { kind: 'of-number', pullRequest: 17 }],
  ['ttl', { ...DEPLOY, preview: 'true', ttl: '2d' }, 172_800],
  [
    'previewQuota',
    { ...DEPLOY, preview: 'true', 'preview-quota': 'requests.cpu=2\npods=20' },
    [
      { resource: 'requests.cpu', amount: '2' },
      { resource: 'pods', amount: '20' },
    ],
  ],
  [
    'previewLimits',
    { ...DEPLOY, preview: 'true', 'preview-limits': 'default.memory=256Mi' },
    [{ resource: 'default.memory', amount: '256Mi' }],
  ],
  ['previewNetwork', { ...DEPLOY, preview: 'true', 'preview-network': 'isolated' }, 'isolated'],
  [
    'previewAllowFrom',
    { ...DEPLOY, preview: 'true', 'preview-network': 'closed', 'preview-allow-from': 'ingress-nginx, monitoring' },
    ['ingress-nginx', 'monitoring'],
  ],
  ['keepLabel', { command: 'sweep', kubeconfig: 'k', 'github-token': 't', 'keep-label': 'keep it' }, 'keep it'],
  ['dryRun', { command: 'sweep', kubeconfig: 'k', 'github-token': 't', 'dry-run': 'true' }, true],
  ['ssh', { ...BUILD, ssh: 'default\ngit=keys/id_ed25519' }, ['default', 'git=keys/id_ed25519']],
  ['noCache', { ...BUILD, 'no-cache': 'true' }, true],
  ['pull', { ...BUILD, pull: 'true' }, true],
  ['provenance', { ...BUILD, provenance: 'mode=max' }, 'mode=max'],
  ['provenance', { ...BUILD, provenance: 'mode=min,inline-only=true' }, 'mode=min,inline-only=true'],
  ['sbom', { ...BUILD, sbom: 'true' }, 'true'],
  ['sbom', { ...BUILD, sbom: 'generator=docker/scout-sbom-indexer' }, 'generator=docker/scout-sbom-indexer'],
  ['attests', { ...BUILD, attests: 'type=sbom,generator=image' }, ['type=sbom,generator=image']],
  ['build', { ...BUILD, build: 'never' }, 'never'],
  ['push', { ...BUILD, push: 'false' }, false],
  ['cache', { ...BUILD, cache: 'inline' }, 'inline'],
  ['cacheRepository', { ...BUILD, 'cache-repository': 'ghcr.io/Org/Cache' }, image('org/cache')],
  ['cacheFolder', { ...BUILD, cache: 'local', 'cache-folder': '/var/cache' }, '/var/cache'],
  ['cacheStages', { ...BUILD, 'cache-stages': 'base\ndeps' }, ['base', 'deps']],
  [
    'builderOptions',
    { ...BUILD, builder: 'kubernetes', 'builder-options': 'replicas=2\nrequests.cpu=1' },
    ['replicas=2', 'requests.cpu=1'],
  ],
  [
    'buildkitImage',
    { ...BUILD, 'buildkit-image': 'mirror.example/moby/buildkit:v1' },
    'mirror.example/moby/buildkit:v1',
  ],
  ['buildkitdConfig', { ...BUILD, 'buildkitd-config': 'ci/buildkitd.toml' }, 'ci/buildkitd.toml'],
  ['registryCa', { ...BUILD, 'registry-ca': 'ci/ca.pem' }, 'ci/ca.pem'],
  ['keepBuilder', { ...BUILD, 'keep-builder': 'true' }, true],
  [
    'registryAuth',
    {
      ...BUILD,
      'registry-auth': `- registry: https://Registry.example:5000/
  username: me
  password: "0123"
- {registry: index.docker.io, helper: docker-credential-pass}`,
    },
    [
      { kind: 'password', registry: 'registry.example:5000', username: 'me', password: '0123' },
      { kind: 'helper', registry: 'docker.io', helper: 'pass' },
    ],
  ],
  ['bakeFiles', { 'bake-files': 'docker-bake.hcl\nci.hcl' }, ['docker-bake.hcl', 'ci.hcl']],
  ['bakeTargets', { 'bake-files': 'docker-bake.hcl', 'bake-targets': 'web\napi' }, ['web', 'api']],
  ['bakeTargets', { 'bake-files': 'docker-bake.hcl', 'bake-targets': 'web, api\nweb' }, ['web', 'api']],
  ['buildCommand', { image: 'a/b', 'build-command': 'ko build \\\n  ./cmd' }, 'ko build \\\n  ./cmd'],
  ['skaffoldFile', { 'skaffold-file': 'skaffold.yaml' }, 'skaffold.yaml'],
  ['skaffoldProfile', { 'skaffold-file': 'skaffold.yaml', 'skaffold-profile': 'prod' }, ['prod']],
  ['imageTests', { ...BUILD, 'image-tests': 'test/*.yaml' }, ['test/*.yaml']],
  ['scanCommand', { ...BUILD, 'scan-command': 'trivy image "$IMAGE"' }, 'trivy image "$IMAGE"'],
  ['environment', { ...DEPLOY, environment: 'prod eu/west' }, 'prod eu/west'],
  ['requireVerified', { ...DEPLOY, images: 'a/b:1', 'require-verified': 'staging' }, 'staging'],
  [
    'skaffoldVersion',
    { ...DEPLOY, 'skaffold-version': 'v2.16.1' },
    { kind: 'exact', version: 'v2.16.1', sha256: undefined },
  ],
  ['skaffoldMirror', { ...DEPLOY, 'skaffold-mirror': 'https://mirror.example/s/' }, 'https://mirror.example/s'],
  ['structureTestVersion', { ...DEPLOY, 'structure-test-version': 'auto' }, { kind: 'auto' }],
  [
    'structureTestMirror',
    { ...DEPLOY, 'structure-test-mirror': 'https://mirror.example/t' },
    'https://mirror.example/t',
  ],
  ['tools', { ...DEPLOY, tools: 'preinstalled' }, 'preinstalled'],
  [
    'toolChecksums',
    { ...DEPLOY, 'tool-checksums': `helm 3.19.0 linux-amd64 sha256:${'a1'.repeat(32)}` },
    [{ tool: 'helm', version: 'v3.19.0', platform: 'linux-amd64', sha256: 'a1'.repeat(32) }],
  ],
  ['toolSignatures', { ...DEPLOY, 'tool-signatures': 'required' }, 'required'],
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
  [
    'builder',
    { ...BUILD, builder: 'a b' },
    'builder: "a b" is neither auto, docker, container, kubernetes, tcp://host:port, unix:///path nor a name',
  ],
  [
    'platforms',
    { ...BUILD, platforms: 'linux/amd64,arm64' },
    'platforms: "arm64" is not a platform like linux/amd64 or linux/arm/v7',
  ],
  [
    'build-contexts',
    { ...BUILD, 'build-contexts': 'shared' },
    'build-contexts: "shared" is not like shared=../shared or base=docker-image://alpine:3',
  ],
  ['labels', { ...BUILD, labels: 'a b=s3cret\n=c' }, 'labels: "a …" is not KEY=VALUE; "=…" is not KEY=VALUE'],
  [
    'tags',
    { ...BUILD, tags: 'type=shaa\nok\ntype=ref' },
    'tags: "type=shaa" has the type "shaa": did you mean sha?; "type=ref" has no event=',
  ],
  [
    'secrets',
    { ...BUILD, secrets: 'a b=s3cret' },
    'secrets: a line does not begin with an id of letters, digits and _ . -; the forms are id=value, id, id=ID,env=NAME or id=ID,src=PATH',
  ],
  [
    'secrets',
    { ...BUILD, secrets: 'npm=' },
    'secrets: "npm=" has no value; often that means that the secret is not set for this repository',
  ],
  [
    'secrets',
    { ...BUILD, secrets: 'id=a,s3cret\ntype=ssh,id=b\nid=' },
    Array.from(
      { length: 3 },
      () =>
        'a line that begins with id= or type= is not understood; the forms are id=value, id, id=ID,env=NAME or id=ID,src=PATH',
    )
      .join('; ')
      .replace(/^/, 'secrets: '),
  ],
  [
    'secrets',
    { ...BUILD, secrets: 'id=a,env=A,src=a.txt\ntype=file,id=b' },
    'secrets: "a" is to come from a variable and from a file; "b" has no src=',
  ],
  ['ssh', { ...BUILD, ssh: 'a b' }, 'ssh: "a b" is neither default nor id=path'],
  [
    'provenance',
    { ...BUILD, provenance: 'max' },
    'provenance: "max" is neither true, false nor attributes like mode=max',
  ],
  ['attests', { ...BUILD, attests: 'sbom' }, 'attests: "sbom" is not like type=sbom,generator=image'],
  ['build', { ...BUILD, build: 'always' }, 'build: "always" is none of auto, never'],
  ['cache', { ...BUILD, cache: 's3' }, 'cache: "s3" is none of auto, registry, gha, inline, local, off'],
  [
    'builder-options',
    { ...BUILD, builder: 'container', 'builder-options': 'replicas' },
    'builder-options: "replicas" is not KEY=VALUE',
  ],
  [
    'registry-auth',
    { ...BUILD, 'registry-auth': 'registry: a' },
    'registry-auth: this is not a list: each entry begins with "- registry: "',
  ],
  [
    'registry-auth',
    { ...BUILD, 'registry-auth': '- registry: a.example\n  username: me\n  password: *s3cret' },
    'registry-auth: this is not YAML; put passwords in quotes',
  ],
  [
    'registry-auth',
    { ...BUILD, 'registry-auth': '- registry: a.example\n  password: "s3cret\n' },
    'registry-auth: this is not YAML, from line 2 on; put passwords in quotes',
  ],
  [
    'registry-auth',
    {
      ...BUILD,
      'registry-auth': [
        '- {registry: a.example, username: me, password: 1234}',
        '- {registry: a.example, username: me, password: ""}',
        '- {registry: a.example, helper: x, password: s3cret}',
        '- {registry: a.example/path, helper: x}',
        '- {registry: a.example, s3cret: x}',
        '- s3cret',
        '- {registry: b.example, helper: x}',
        '- {registry: B.example, helper: x}',
      ].join('\n'),
    },
    `registry-auth: ${[
      'entry 1 has a password that is not text: put it in quotes',
      'entry 2 (a.example) has no password; an empty value often means that the secret is not set',
      'entry 3 (a.example) has a helper and a username or password',
      'entry 4 has no registry like ghcr.io or registry.example.com:5000',
      'entry 5 has a key that is none of registry, username, password, helper',
      'entry 6 has no keys',
      'b.example is there twice',
    ].join('; ')}`,
  ],
  [
    'registry-auth',
    { ...BUILD, 'registry-auth': '- {registry: a.example, helper: x}\n- {registry: a.example, helper: y}' },
    'registry-auth: a.example is there twice',
  ],
  [
    'tool-checksums',
    {
      ...DEPLOY,
      'tool-checksums':
        'kustomize v1.0.0 linux-amd64 sha256:a\nhelm 3 linux-amd64 a\nhelm v3.1.0 linux a\nhelm v3.1.0 linux-arm64 a',
    },
    [
      'tool-checksums: "kustomize v1.0.0 linux-amd64 sha256:a" does not begin with one of kubectl, buildx, helm, skaffold, container-structure-test',
      '"helm 3 linux-amd64 a" has no version like v3.19.0',
      '"helm v3.1.0 linux a" has no platform like linux-amd64',
      '"helm v3.1.0 linux-arm64 a" does not end with sha256: and 64 hexadecimal digits',
    ].join('; '),
  ],
  ['tools', { ...DEPLOY, tools: 'none' }, 'tools: "none" is none of auto, preinstalled'],
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
  [
    'command',
    { ...DEPLOY, command: 'apply' },
    'command: "apply" is none of deploy, plan, destroy, sweep, matrix, collect',
  ],
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
  ['timeout', { ...DEPLOY, timeout: 'soon' }, 'timeout: "soon" is not a duration like 90s, 5m, 1h30m or 7d'],
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
    ['manifest', 'namespace', 'timeout', 'nothing to do', 'target'],
  );
});

test('no message repeats what may be a secret', async () => {
  const failure = await failureOfWork(() =>
    readInputs({
      kubeconfig: 's3cret',
      'github-token': 's3cret',
      vars: '9KEY=s3cret\nOTHER: s3cret\nTHIRD s3cret',
      'build-args': '9TOKEN=s3cret\nTOKEN: s3cret',
      labels: '9 x=s3cret\n=s3cret',
      secrets: 'id=s3cret,s3cret\n=s3cret\na b=s3cret\nid=a,env=s3cret,src=s3cret',
      'registry-auth': '- {s3cret: s3cret}\n- s3cret\n- {registry: x, username: s3cret, password: [s3cret]}',
    }),
  );
  assert.ok(failure.lines.length >= 3);
  assert.doesNotMatch(JSON.stringify(failure), /s3cret/);
});
