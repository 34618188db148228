import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInputs, type GivenInputs } from '../../../src/inputs/read.ts';
import { failureOfWork } from '../../support/failures.ts';

const DEPLOY = { manifests: 'k8s/*.yaml', kubeconfig: 'kubeconfig.yaml' };
const BUILD = { image: 'ghcr.io/org/app', context: '.' };
const BAKE = { 'bake-files': 'docker-bake.hcl' };
const COMMAND = { image: 'ghcr.io/org/app', 'build-command': 'make push' };
const SKAFFOLD = { 'skaffold-file': 'skaffold.yaml' };

const ONE_BUILDS = 'context or file, bake-files, build-command and skaffold-file: only one of them can build';

const TABLE: readonly (readonly [says: string, given: GivenInputs, problems: readonly string[]])[] = [
  ['a build that is not pushed', { ...BUILD, push: 'false', 'image-tests': 'tests', 'scan-command': 'x' }, []],
  ['push with its default value', { ...DEPLOY, push: 'true' }, []],
  [
    'a deploy of what is not pushed',
    { ...BUILD, ...DEPLOY, push: 'false' },
    ['push: what is not pushed cannot be deployed'],
  ],
  [
    'set-image of what is not pushed',
    { ...BUILD, push: 'false', kubeconfig: 'x', 'set-image': 'deployment/server server' },
    ['push: what is not pushed cannot be deployed'],
  ],
  [
    'a skaffold.yaml with a cluster that is not pushed',
    { ...SKAFFOLD, kubeconfig: 'x', push: 'false' },
    ['push: what is not pushed cannot be deployed'],
  ],
  ['a skaffold.yaml that is not pushed', { ...SKAFFOLD, push: 'false' }, []],
  [
    'no push of what must be there',
    { ...BUILD, push: 'false', build: 'never' },
    ['push: there is nothing to build with build: never'],
  ],
  [
    'no push of what is built already',
    { ...DEPLOY, images: 'a:1', push: 'false' },
    ['push: what is not pushed cannot be deployed', 'push: there is nothing to build'],
  ],
  ['nothing at all', {}, ['nothing to do: give manifests, set-image, or something to build']],
  ['only an image is built', BUILD, []],
  ['a build with context alone', { context: '.' }, ['image: needed to build']],
  ['a build with file alone', { file: 'Dockerfile' }, ['image: needed to build']],
  ['a build command alone', { 'build-command': 'make' }, ['image: needed to build']],
  ['bake files alone', BAKE, []],
  ['bake files with a default repository', { ...BAKE, image: 'a/b' }, []],
  ['a skaffold.yaml alone', SKAFFOLD, []],
  [
    'a skaffold.yaml with a cluster is a deploy',
    { ...SKAFFOLD, kubeconfig: 'x', vars: 'A', prune: 'true', soak: '1s' },
    [],
  ],
  ['a skaffold.yaml without a cluster is none', { ...SKAFFOLD, vars: 'A' }, ['vars: has no manifests to work on']],
  ['context and bake files', { ...BUILD, ...BAKE }, [ONE_BUILDS]],
  ['a build command and a skaffold.yaml', { ...COMMAND, ...SKAFFOLD }, [ONE_BUILDS]],
  ['a build and images', { ...BUILD, images: 'a:1' }, ['images: cannot be given together with what builds one']],
  ['bake files and images', { ...BAKE, images: 'a:1' }, ['images: cannot be given together with what builds one']],
  ['an image and nothing to build', { ...DEPLOY, image: 'a/b' }, ['image: is there, but nothing says what to build']],
  [
    'build options without a build',
    { ...DEPLOY, 'cache-from': 'a', platforms: 'linux/amd64', 'build-args': 'A=1', cache: 'off' },
    [
      'cache: cannot be given together with cache-from or cache-to',
      'build-args: there is nothing to build',
      'cache: there is nothing to build',
      'cache-from: there is nothing to build',
      'platforms: there is nothing to build',
    ],
  ],
  [
    'options with their default value without a build',
    { ...DEPLOY, cache: 'auto', provenance: 'false', build: 'auto' },
    [],
  ],
  [
    'a target for bake',
    { ...BAKE, target: 'x', 'build-args': 'A=1', tags: 'x' },
    ['target: means nothing to bake-files'],
  ],
  ['cache stages for bake', { ...BAKE, 'cache-stages': 'x' }, ['cache-stages: means nothing to bake-files']],
  [
    'labels and ssh for a command, which may have secrets',
    { ...COMMAND, labels: 'a=b', ssh: 'default', secrets: 'A=b', tags: 'x', platforms: 'linux/amd64', build: 'never' },
    ['labels: means nothing to build-command', 'ssh: means nothing to build-command'],
  ],
  [
    'tags and a cache for skaffold',
    { ...SKAFFOLD, tags: 'x', cache: 'gha', platforms: 'linux/amd64' },
    ['cache: means nothing to skaffold-file', 'tags: means nothing to skaffold-file'],
  ],
  ['bake targets for a Dockerfile', { ...BUILD, 'bake-targets': 'x' }, ['bake-targets: means nothing to context']],
  [
    'profiles without skaffold',
    { ...DEPLOY, 'skaffold-profile': 'x' },
    ['skaffold-profile: there is nothing to build'],
  ],
  [
    'a cache and its raw form',
    { ...BUILD, cache: 'gha', 'cache-to': 'type=gha' },
    ['cache: cannot be given together with cache-from or cache-to'],
  ],
  [
    'a cache repository for gha',
    { ...BUILD, cache: 'gha', 'cache-repository': 'a/b' },
    ['cache-repository: is for cache: auto or registry'],
  ],
  ['a cache folder for the registry', { ...BUILD, 'cache-folder': 'x' }, ['cache-folder: is for cache: local']],
  ['a registry cache of bake without a place', { ...BAKE, cache: 'registry' }, ['cache: registry has no repository']],
  ['a registry cache of bake with one', { ...BAKE, cache: 'registry', 'cache-repository': 'a/b' }, []],
  ['an authority beside a buildkitd.toml', { ...BUILD, 'registry-ca': 'a', 'buildkitd-config': 'b' }, []],
  ['an authority for a builder that is there', { ...BUILD, builder: 'tcp://a:1', 'registry-ca': 'a' }, []],
  ['an authority for images that are built already', { ...DEPLOY, images: 'a/b:1', 'registry-ca': 'a' }, []],
  [
    'builder options for nobody',
    { ...BUILD, 'builder-options': 'a=b' },
    ['builder-options: there is no builder to make'],
  ],
  [
    'builder options for docker',
    { ...BUILD, builder: 'docker', 'builder-options': 'a=b' },
    ['builder-options: there is no builder to make'],
  ],
  ['builder options for an address', { ...BUILD, builder: 'tcp://a:1', 'builder-options': 'a=b' }, []],
  [
    'a BuildKit image for docker',
    { ...BUILD, builder: 'docker', 'buildkit-image': 'a' },
    ['buildkit-image: is for a builder of our own'],
  ],
  ['a BuildKit image for auto', { ...BUILD, 'buildkit-image': 'a', 'keep-builder': 'true' }, []],
  [
    'proof of nothing',
    { ...DEPLOY, 'require-verified': 'staging' },
    ['require-verified: no image of this run is deployed'],
  ],
  [
    'proof without a deploy',
    { ...BUILD, 'require-verified': 'staging' },
    ['require-verified: no image of this run is deployed'],
  ],
  ['proof of a build', { ...BUILD, ...DEPLOY, 'require-verified': 'staging', environment: 'prod' }, []],
  ['an environment without a deploy', { ...BUILD, environment: 'prod' }, ['environment: nothing is deployed']],
  [
    'gates without an image',
    { ...DEPLOY, 'image-tests': 'a', 'scan-command': 'b' },
    ['image-tests: there is no image', 'scan-command: there is no image'],
  ],
  ['gates for images', { ...DEPLOY, images: 'a:1', 'image-tests': 'a', 'scan-command': 'b' }, []],
  [
    'a mirror without downloads',
    { ...DEPLOY, tools: 'preinstalled', 'helm-mirror': 'https://a', 'tool-signatures': 'required' },
    [
      'helm-mirror: nothing is downloaded with tools: preinstalled',
      'tool-signatures: nothing is downloaded with tools: preinstalled',
    ],
  ],
  ['manifests without a kubeconfig', { manifests: 'k8s' }, ['kubeconfig: is missing or empty']],
  ['a secret that is not set', { manifests: 'k8s', kubeconfig: '' }, ['kubeconfig: is missing or empty']],
  ['set-image without a kubeconfig', { 'set-image': 'deployment/a b' }, ['kubeconfig: is missing or empty']],
  ['vars without manifests', { ...BUILD, vars: 'A' }, ['vars: has no manifests to work on']],
  ['a build and a deploy', { ...BUILD, ...DEPLOY }, []],
  ['set-image alone', { 'set-image': 'deployment/a b=c:1', kubeconfig: 'x' }, []],
];

for (const [says, given, problems] of TABLE) {
  test(`${says}: ${problems.length === 0 ? 'fine' : problems.join()}`, async () => {
    if (problems.length === 0) {
      readInputs(given);
    } else {
      const failure = await failureOfWork(() => readInputs(given));
      assert.deepEqual([failure.code, failure.lines], ['input-invalid', problems]);
      assert.ok(failure.hints.every((hint) => hint !== ''));
    }
  });
}
