import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildArgs, inspectArgs } from '../../../src/build/args.ts';
import { digestInManifest, digestInMetadata } from '../../../src/build/digest.ts';
import { buildFailure, inspectFailure, isTransientPush } from '../../../src/build/failures.ts';
import type { BuildPlan } from '../../../src/plan/slices.ts';
import { parseImageReference } from '../../../src/values/image.ts';

const SHA = 'd'.repeat(40);
const IMAGE = parseImageReference(`ghcr.io/org/app:${SHA}`);
const DIGEST = 'sha256:1cc6b5e3471099a0b392e0bc9de9a5734311224a6471e067ee3cb47f22a331e0';
const PLAIN: BuildPlan = {
  image: IMAGE,
  context: '/checkout/app',
  file: undefined,
  target: undefined,
  buildArgs: [],
  cacheFrom: [],
  cacheTo: [],
  builder: undefined,
  sha: SHA,
  folder: '/tmp/private',
};

test('a plain build is pushed without provenance, under the full SHA, with the commit as its label', () => {
  assert.deepEqual(buildArgs(PLAIN, '/tmp/private/m.json'), [
    'build',
    '--label',
    `org.opencontainers.image.revision=${SHA}`,
    '--tag',
    `ghcr.io/org/app:${SHA}`,
    '--metadata-file',
    '/tmp/private/m.json',
    '--provenance=false',
    '--progress=plain',
    '--push',
    '/checkout/app',
  ]);
});

test('each list is a flag per entry, and no value is split or joined', () => {
  const args = buildArgs(
    {
      ...PLAIN,
      builder: 'lab',
      file: '/checkout/app/My Dockerfile',
      target: 'prod',
      buildArgs: ['A=1 2', 'B=$(x)'],
      cacheFrom: ['type=gha', 'type=registry,ref=a:b'],
      cacheTo: ['type=gha,mode=max'],
    },
    'm.json',
  );
  const options = args.slice(1, args.indexOf('--label'));
  assert.deepEqual(
    options,
    [
      ['--builder', 'lab', '--file', '/checkout/app/My Dockerfile', '--target', 'prod'],
      ['--build-arg', 'A=1 2', '--build-arg', 'B=$(x)'],
      ['--cache-from', 'type=gha', '--cache-from', 'type=registry,ref=a:b', '--cache-to', 'type=gha,mode=max'],
    ].flat(),
  );
  assert.equal(args.at(-1), '/checkout/app');
});

test('the registry is asked through the same builder', () => {
  assert.deepEqual(inspectArgs('a:1', 'lab'), [
    'imagetools',
    'inspect',
    '--builder',
    'lab',
    'a:1',
    '--format',
    '{{json .Manifest}}',
  ]);
  assert.deepEqual(inspectArgs('a:1', undefined).slice(0, 3), ['imagetools', 'inspect', 'a:1']);
});

for (const [says, read, text, digest] of [
  [
    'the metadata of buildx',
    digestInMetadata,
    `{"containerimage.config.digest":"sha256:f1","containerimage.digest":"${DIGEST}","image.name":"a:1"}`,
    DIGEST,
  ],
  ['metadata of a build that exported nothing', digestInMetadata, '{"buildx.build.ref":"lab/lab0/x"}', undefined],
  ['metadata that is cut off', digestInMetadata, '{"containerimage.digest":"sha', undefined],
  ['metadata with a short digest', digestInMetadata, '{"containerimage.digest":"sha256:abc"}', undefined],
  [
    'a manifest',
    digestInManifest,
    `{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"${DIGEST}","size":475}`,
    DIGEST,
  ],
  ['an empty answer', digestInManifest, '', undefined],
  ['a list', digestInManifest, '[]', undefined],
] as const) {
  test(`digest in ${says}: ${digest === undefined ? 'none' : 'found'}`, () => assert.equal(read(text), digest));
}

/** What buildx v0.36.1 with BuildKit v0.33.1 prints at the end; the texts of registries are those of ghcr.io, Docker Hub and distribution. */
const STDERR = {
  step: `#5 [2/2] RUN node -e "process.exit(3)"
#5 ERROR: process "/bin/sh -c node -e \\"process.exit(3)\\"" did not complete successfully: exit code: 3
------
 > [2/2] RUN node -e "process.exit(3)":
------
Dockerfile:2
--------------------
   1 |     FROM node:24-slim
   2 | >>> RUN node -e "process.exit(3)"
--------------------
ERROR: failed to build: failed to solve: process "/bin/sh -c node -e \\"process.exit(3)\\"" did not complete successfully: exit code: 3
`,
  syntax:
    'Dockerfile:1\nERROR: failed to build: failed to solve: dockerfile parse error on line 1: unknown instruction: FRO (did you mean FROM?)\n',
  noBase:
    'ERROR: failed to build: failed to solve: nothere:1: failed to resolve source metadata for docker.io/library/nothere:1: docker.io/library/nothere:1: not found\n',
  noFile: 'ERROR: failed to build: failed to solve: failed to read dockerfile: open Nope: no such file or directory\n',
  noBuilder: 'ERROR: no builder "nobuilder" found\n',
  registryAway:
    '------\n > exporting to image:\n------\nERROR: failed to build: failed to solve: failed to push 127.0.0.1:1/probe/x:1: failed to do request: Head "http://127.0.0.1:1/v2/probe/x/blobs/sha256:f119": dial tcp 127.0.0.1:1: connect: connection refused\n',
  denied:
    'ERROR: failed to build: failed to solve: failed to push ghcr.io/org/app:1: denied: permission_denied: write_package\n',
  notLoggedIn:
    'ERROR: failed to build: failed to solve: failed to push org/app:1: push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed\n',
  unauthorized:
    'ERROR: failed to solve: failed to push localhost:5000/app:1: failed to authorize: failed to fetch oauth token: unexpected status from GET request to http://localhost/token: 401 Unauthorized\n',
  busy: 'ERROR: failed to build: failed to solve: failed to push ghcr.io/org/app:1: unexpected status from PUT request to https://ghcr.io/v2/org/app/manifests/1: 503 Service Unavailable\n',
  limited:
    'ERROR: failed to build: failed to solve: failed to push org/app:1: unexpected status from POST request to https://registry-1.docker.io/v2/org/app/blobs/uploads/: 429 Too Many Requests\n',
  reset:
    'ERROR: failed to build: failed to solve: failed to push ghcr.io/org/app:1: write tcp 10.0.0.1:1->10.0.0.2:443: write: connection reset by peer\n',
  baseBusy:
    'ERROR: failed to build: failed to solve: ghcr.io/org/base:1: failed to resolve source metadata for ghcr.io/org/base:1: unexpected status from HEAD request to https://ghcr.io/v2/org/base/manifests/1: 503 Service Unavailable\n',
  baseForbidden:
    'ERROR: failed to build: failed to solve: ghcr.io/org/base:1: failed to resolve source metadata for ghcr.io/org/base:1: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token: 403 Forbidden\n',
  baseDenied:
    'ERROR: failed to build: failed to solve: org/base:1: failed to resolve source metadata for docker.io/org/base:1: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed\n',
  stepSays503:
    'ERROR: failed to build: failed to solve: process "/bin/sh -c curl https://x # 503" did not complete successfully: exit code: 22\n',
  stepWith503:
    '#5 0.1 failed to push: 503\nERROR: failed to build: failed to solve: process "/bin/sh -c curl x" did not complete successfully: exit code: 22\n',
} as const;

for (const [says, stderr, code, isTransient] of [
  ['a step that fails', STDERR.step, 'build-failed', false],
  ['a Dockerfile with a mistake', STDERR.syntax, 'build-failed', false],
  ['a base image that does not exist', STDERR.noBase, 'build-failed', false],
  ['a Dockerfile that does not exist', STDERR.noFile, 'build-failed', false],
  ['a builder that does not exist', STDERR.noBuilder, 'build-failed', false],
  ['a registry that is away', STDERR.registryAway, 'push-refused', false],
  ['a registry that denies', STDERR.denied, 'push-refused', false],
  ['a job that is not logged in', STDERR.notLoggedIn, 'push-refused', false],
  ['a token that is refused', STDERR.unauthorized, 'push-refused', false],
  ['a registry that is busy', STDERR.busy, 'push-refused', true],
  ['a rate limit', STDERR.limited, 'push-refused', true],
  ['a connection that breaks', STDERR.reset, 'push-refused', true],
  ['a step that speaks of a push and of 503', STDERR.stepWith503, 'build-failed', false],
  ['a step with 503 in its words', STDERR.stepSays503, 'build-failed', false],
  ['a base image whose registry is busy', STDERR.baseBusy, 'build-failed', false],
  ['a base image that may not be pulled', STDERR.baseForbidden, 'build-failed', false],
  ['a base image of somebody else', STDERR.baseDenied, 'build-failed', false],
  ['a silent end', '', 'build-failed', false],
] as const) {
  test(`${says} is ${code}${isTransient ? ', and worth another try' : ''}`, () => {
    assert.deepEqual([buildFailure(stderr, 1, IMAGE).code, isTransientPush(stderr)], [code, isTransient]);
  });
}

test('the message is the last error of buildx in one line', () => {
  assert.equal(
    buildFailure(STDERR.syntax, 1, IMAGE).message,
    'The image was not built: failed to build: failed to solve: dockerfile parse error on line 1: unknown instruction: FRO (did you mean FROM?)',
  );
  assert.equal(
    buildFailure(STDERR.denied, 1, IMAGE).message,
    `The registry did not take ghcr.io/org/app:${SHA}: failed to build: failed to solve: failed to push ghcr.io/org/app:1: denied: permission_denied: write_package`,
  );
  assert.equal(buildFailure('', 137, IMAGE).message, 'The image was not built: buildx ended with exit code 137');
});

for (const [says, stderr, message] of [
  [
    'an image that was never pushed',
    'ERROR: 127.0.0.1:21003/probe/none:1: not found\n',
    'The registry has no image a:1',
  ],
  [
    'a registry that is away',
    'ERROR: failed to do request: Head "http://127.0.0.1:1/v2/a/manifests/1": dial tcp 127.0.0.1:1: connect: connection refused\n',
    'The registry does not tell what a:1 is: failed to do request: Head "http://127.0.0.1:1/v2/a/manifests/1": dial tcp 127.0.0.1:1: connect: connection refused',
  ],
] as const) {
  test(`${says}: image-not-found, in the registry's words`, () => {
    const failure = inspectFailure(stderr, 'a:1');
    assert.deepEqual([failure.code, failure.message], ['image-not-found', message]);
  });
}
