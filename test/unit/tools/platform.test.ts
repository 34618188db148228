import assert from 'node:assert/strict';
import { test } from 'node:test';
import { platformOf } from '../../../src/tools/platform.ts';
import { kubectlChannelUrl, releaseOf } from '../../../src/tools/releases.ts';

const KUBECTL = 'https://dl.k8s.io/release/v1.34.11/bin';
const BUILDX = 'https://github.com/docker/buildx/releases/download/v0.36.1/buildx-v0.36.1';

const RUNNERS = [
  ['linux', 'x64', `${KUBECTL}/linux/amd64/kubectl`, `${BUILDX}.linux-amd64`],
  ['linux', 'arm64', `${KUBECTL}/linux/arm64/kubectl`, `${BUILDX}.linux-arm64`],
  ['darwin', 'x64', `${KUBECTL}/darwin/amd64/kubectl`, `${BUILDX}.darwin-amd64`],
  ['darwin', 'arm64', `${KUBECTL}/darwin/arm64/kubectl`, `${BUILDX}.darwin-arm64`],
  ['win32', 'x64', `${KUBECTL}/windows/amd64/kubectl.exe`, `${BUILDX}.windows-amd64.exe`],
  ['win32', 'arm64', `${KUBECTL}/windows/arm64/kubectl.exe`, `${BUILDX}.windows-arm64.exe`],
] as const;

for (const [nodePlatform, nodeArch, kubectlUrl, buildxUrl] of RUNNERS) {
  test(`on ${nodePlatform}/${nodeArch} the files of that machine are downloaded`, () => {
    const platform = platformOf(nodePlatform, nodeArch);
    assert.equal(releaseOf('kubectl', 'v1.34.11', platform, undefined).url, kubectlUrl);
    assert.equal(releaseOf('buildx', 'v0.36.1', platform, undefined).url, buildxUrl);
  });
}

for (const [nodePlatform, nodeArch] of [
  ['freebsd', 'x64'],
  ['linux', 'ppc64'],
  ['linux', 'toString'],
] as const) {
  test(`on ${nodePlatform}/${nodeArch} the error names the machine`, () => {
    assert.throws(() => platformOf(nodePlatform, nodeArch), {
      code: 'tool-unavailable',
      message: `There is no kubectl, buildx, helm, skaffold or container-structure-test for this runner: ${nodePlatform}/${nodeArch}.`,
    });
  });
}

test('a mirror has the layout of the public site', () => {
  const platform = platformOf('linux', 'x64');
  assert.equal(kubectlChannelUrl({ major: 1, minor: 34 }, 'http://mirror'), 'http://mirror/release/stable-1.34.txt');
  assert.deepEqual(releaseOf('kubectl', 'v1.34.1', platform, 'http://mirror').sumUrls, [
    'http://mirror/release/v1.34.1/bin/linux/amd64/kubectl.sha256',
  ]);
  assert.deepEqual(releaseOf('buildx', 'v0.36.0', platform, 'http://mirror').sumUrls, [
    'http://mirror/v0.36.0/checksums.txt',
    'http://mirror/v0.36.0/buildx-v0.36.0.linux-amd64.sha256',
  ]);
});
