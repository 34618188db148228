import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { inShort, registryAnswer } from '../../../src/registry/answers.ts';
import { digestInMetadata } from '../../../src/build/digest.ts';
import { buildFailure, isPassing, isTakenTag } from '../../../src/build/failures.ts';
import type { DeployError, FailureCode } from '../../../src/errors.ts';
import type { CommandResult } from '../../../src/ports.ts';
import { parseImageReference } from '../../../src/values/image.ts';

const IMAGE = parseImageReference('ghcr.io/org/app:1');
const SOLVE = 'ERROR: failed to build: failed to solve: ';
const resultOf = (stderr: string, over: Partial<CommandResult> = {}): CommandResult => ({
  exitCode: 1,
  stdout: '',
  stderr,
  timedOut: false,
  ...over,
});
const failureOf = (stderr: string, over: Partial<CommandResult> = {}): DeployError =>
  buildFailure({ result: resultOf(stderr, over), image: IMAGE, dockerfile: 'server/Dockerfile' });

/** An excerpt as buildx prints it, with the instruction at line 2. */
const at = (instruction: string, output = ''): string =>
  `#5 [2/2] ${instruction}\n------\n > [2/2] ${instruction}:\n${output}------\nDockerfile:2\n--------------------\n   1 |     FROM node:24-slim\n   2 | >>> ${instruction}\n   3 |     \n--------------------\n`;

/** Texts of buildx v0.36.1 with BuildKit v0.33.1, of ghcr.io, Docker Hub, ECR, Harbor and distribution. */
const PASSES = true;
const LASTS = false;
const FAILURES: readonly (readonly [string, string, FailureCode, boolean, RegExp])[] = [
  [
    'a step',
    `${at('RUN npm test')}${SOLVE}process "/bin/sh -c npm test" did not complete successfully: exit code: 3`,
    'build-failed',
    LASTS,
    /^server\/Dockerfile:2: RUN npm test ended with exit code 3$/,
  ],
  [
    'a step of docker 20.10',
    `${SOLVE}executor failed running [/bin/sh -c x]: exit code: 3`,
    'build-failed',
    LASTS,
    /^A step of the build ended with exit code 3$/,
  ],
  [
    'a step that speaks of a push and of 503',
    `#5 0.1 failed to push: 503\n${SOLVE}process "/bin/sh -c curl # failed to push: 503 Service Unavailable" did not complete successfully: exit code: 22`,
    'build-failed',
    LASTS,
    /exit code 22/,
  ],
  [
    'a step on a full disk',
    `${at('RUN npm ci', '0.07 npm: No space left on device\n0.08 bye\n')}${SOLVE}process "/bin/sh -c npm ci" did not complete successfully: exit code: 1`,
    'disk-full',
    LASTS,
    /RUN npm ci says "npm: No space left on device"/,
  ],
  [
    'a wrong password for the cache, which ended the push, too',
    `#5 ERROR: failed to push ghcr.io/org/app:1: failed commit on ref "x": error writing layer blob: failed to authorize: failed to fetch oauth token: unauthorized: no\n#7 ERROR: error writing layer blob: failed to authorize: failed to fetch oauth token: unauthorized: no\n------\n > exporting to image:\n------\n------\n > exporting cache to registry:\n------\n${SOLVE}failed to fetch oauth token: unauthorized: no`,
    'push-refused',
    LASTS,
    /^The cache was not taken: failed to fetch oauth token: unauthorized: no$/,
  ],
  [
    'a wrong password for the image, whose cache is refused, too',
    `#5 ERROR: failed to push ghcr.io/org/app:1: failed to authorize: failed to fetch oauth token: unauthorized: no\n#7 ERROR: error writing layer blob: failed to authorize: failed to fetch oauth token: unauthorized: no\n------\n > exporting to image:\n------\n------\n > exporting cache to registry:\n------\n${SOLVE}failed to fetch oauth token: unauthorized: no`,
    'push-refused',
    LASTS,
    /^ghcr\.io does not let this job use ghcr\.io\/org\/app: /,
  ],
  [
    'a builder on a full disk',
    `${SOLVE}failed to copy: write /var/lib/buildkit/x: no space left on device`,
    'disk-full',
    LASTS,
    /no space left on device$/,
  ],
  [
    'a Dockerfile with a mistake',
    `${at('RUNN x')}${SOLVE}dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)`,
    'build-failed',
    LASTS,
    /^server\/Dockerfile:2: The image was not built: dockerfile parse error on line 2/,
  ],
  [
    'a Dockerfile that is not there',
    `${SOLVE}failed to read dockerfile: open Nope: no such file or directory`,
    'build-failed',
    LASTS,
    /open Nope: no such file/,
  ],
  [
    'a file that is not there',
    `${at('COPY nope /')}${SOLVE}failed to compute cache key: failed to calculate checksum of ref 27l::ysx: "/nope": not found`,
    'build-failed',
    LASTS,
    /^server\/Dockerfile:2: COPY nope \/ needs \/nope, which is not there$/,
  ],
  [
    'a stage that is not there',
    `${SOLVE}target stage "nope" could not be found`,
    'build-failed',
    LASTS,
    /^server\/Dockerfile has no stage "nope"$/,
  ],
  [
    'a base that does not exist',
    `${at('FROM nothere:1')}${SOLVE}nothere:1: failed to resolve source metadata for docker.io/library/nothere:1: docker.io/library/nothere:1: not found`,
    'build-failed',
    LASTS,
    /^server\/Dockerfile:2: The base image docker\.io\/library\/nothere:1 does not exist$/,
  ],
  [
    'a base on a port that does not exist',
    `${SOLVE}localhost:5000/x:1: failed to resolve source metadata for localhost:5000/x:1: localhost:5000/x:1: not found`,
    'build-failed',
    LASTS,
    /localhost:5000\/x:1 does not exist$/,
  ],
  [
    'a base of somebody else',
    `${SOLVE}org/base:1: failed to resolve source metadata for docker.io/org/base:1: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    'build-failed',
    LASTS,
    /docker\.io\/org\/base:1 may not be pulled/,
  ],
  [
    'a base that may not be pulled',
    `${SOLVE}ghcr.io/org/base:1: failed to resolve source metadata for ghcr.io/org/base:1: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token: 403 Forbidden`,
    'build-failed',
    LASTS,
    /ghcr\.io\/org\/base:1 may not be pulled: GET https:\/\/ghcr\.io\/token: 403 Forbidden$/,
  ],
  [
    'a base whose registry is busy',
    `${SOLVE}ghcr.io/org/base:1: failed to resolve source metadata for ghcr.io/org/base:1: unexpected status from HEAD request to https://ghcr.io/v2/org/base/manifests/1: 503 Service Unavailable`,
    'build-failed',
    PASSES,
    /could not be fetched: HEAD .* 503/,
  ],
  [
    'a layer of a base',
    `${SOLVE}failed to compute cache key: failed to copy: httpReadSeeker: failed open: unexpected status from GET request to http://r/v2/b/blobs/sha256:1: 429 Too Many Requests\ntoomanyrequests`,
    'build-failed',
    PASSES,
    /^A layer of a base image could not be fetched/,
  ],
  [
    'a layer of a base that is forbidden',
    `${SOLVE}failed to compute cache key: failed to copy: httpReadSeeker: failed open: unexpected status from GET request to http://r/v2/b/blobs/sha256:1: 403 Forbidden\ndenied`,
    'build-failed',
    LASTS,
    /^A layer of a base image may not be pulled/,
  ],
  [
    'a push out of reach',
    `${SOLVE}failed to push 127.0.0.1:1/x:1: failed to do request: Head "http://127.0.0.1:1/v2/x/blobs/sha256:f1": dial tcp 127.0.0.1:1: connect: connection refused`,
    'push-refused',
    PASSES,
    /did not take ghcr\.io\/org\/app:1: Head .* connection refused$/,
  ],
  [
    'a push that ghcr.io denies',
    `${SOLVE}failed to push ghcr.io/org/app:1: denied: permission_denied: write_package`,
    'push-refused',
    LASTS,
    /does not let this job use ghcr\.io\/org\/app/,
  ],
  [
    'a push that Docker Hub denies',
    `${SOLVE}failed to push org/app:1: push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    'push-refused',
    LASTS,
    /does not let this job use/,
  ],
  [
    'a push that is denied in one word',
    `${SOLVE}failed to push ghcr.io/org/app:1: unauthorized`,
    'push-refused',
    LASTS,
    /does not let this job use/,
  ],
  [
    'a token that is refused',
    `ERROR: failed to solve: failed to push r/app:1: failed to authorize: failed to fetch oauth token: unexpected status from GET request to http://r/token: 401 Unauthorized`,
    'push-refused',
    LASTS,
    /does not let this job use/,
  ],
  [
    'a push that is busy',
    `${SOLVE}failed to push r/app: unexpected status from PUT request to https://r/v2/app/manifests/1: 503 Service Unavailable`,
    'push-refused',
    PASSES,
    /did not take/,
  ],
  [
    'a push that is limited',
    `${SOLVE}failed to push r/app: toomanyrequests`,
    'push-refused',
    PASSES,
    /toomanyrequests$/,
  ],
  [
    'a push into a broken registry that says so in one word',
    `${SOLVE}failed to push r/app: unknown`,
    'push-refused',
    PASSES,
    /out of order and says no more than "unknown"$/,
  ],
  [
    'a push whose connection breaks',
    `${SOLVE}failed to push r/app: write tcp 10.0.0.1:1->10.0.0.2:443: write: connection reset by peer`,
    'push-refused',
    PASSES,
    /connection reset/,
  ],
  [
    'a push into a read-only registry',
    `${SOLVE}failed to push r/app: unexpected status from POST request to http://r/v2/app/blobs/uploads/: 405 Method Not Allowed: Method not allowed`,
    'push-refused',
    LASTS,
    /405 Method Not Allowed/,
  ],
  [
    'a push that is too large',
    `${SOLVE}failed to push r/app: unexpected status from PUT request to http://r/v2/app/blobs/uploads/1?_state=SECRETSTATE&digest=x: 413 Payload Too Large: <html>`,
    'push-refused',
    LASTS,
    /uploads\/1: 413 Payload Too Large/,
  ],
  [
    'a push into a full registry',
    `${SOLVE}failed to push r/app: unknown: no space left`,
    'push-refused',
    LASTS,
    /no space left$/,
  ],
  [
    'a cache that is not taken',
    `${SOLVE}error writing layer blob: denied`,
    'push-refused',
    LASTS,
    /^The cache was not taken/,
  ],
  [
    'a driver that has no attestations',
    'ERROR: failed to build: Attestation is not supported for the docker driver.\nSwitch to a different driver, or turn on the containerd image store, and try again.\n',
    'builder-unavailable',
    LASTS,
    /Attestation is not supported/,
  ],
  [
    'a builder that does not exist',
    'ERROR: no builder "nobuilder" found\n',
    'builder-unavailable',
    LASTS,
    /no builder "nobuilder" found/,
  ],
  [
    'an engine that is away',
    'ERROR: failed to build: failed to connect to the docker API at unix:///var/run/docker.sock',
    'builder-unavailable',
    LASTS,
    /docker API/,
  ],
  [
    'a base of somebody else, by docker 20.10',
    `${SOLVE}failed to create LLB definition: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    'build-failed',
    LASTS,
    /may not be pulled/,
  ],
  [
    'an engine that does not listen',
    'ERROR: failed to build: failed to connect to the docker API at tcp://127.0.0.1:2375: dial tcp 127.0.0.1:2375: connect: connection refused',
    'builder-unavailable',
    LASTS,
    /^The builder does not answer/,
  ],
  ['a silent end', '', 'build-failed', LASTS, /^The image was not built: buildx ended with exit code 1$/],
];

for (const [says, stderr, code, passes, message] of FAILURES) {
  test(`${says}: ${code}${passes ? ', and worth another try' : ''}`, () => {
    const failure = failureOf(stderr);
    assert.deepEqual([failure.code, isPassing(resultOf(stderr))], [code, passes]);
    assert.match(failure.message, message);
    assert.doesNotMatch(failure.message, /SECRETSTATE|failed to solve/);
    assert.notEqual(failure.hint, undefined);
  });
}

const WRONG_PASSWORD = `${SOLVE}failed to fetch oauth token: unauthorized: incorrect username or password`;
const block = (name: string): string => `------\n > ${name}:\n------\n`;
for (const [header, code, message] of [
  ['exporting to image', 'push-refused', /^ghcr\.io does not let this job use ghcr\.io\/org\/app: /],
  ['exporting cache to registry', 'push-refused', /^The cache was not taken: /],
  [
    '[internal] load metadata for ghcr.io/x/base:1',
    'build-failed',
    /^The base image ghcr\.io\/x\/base:1 may not be pulled: /,
  ],
  [
    'resolve image config for docker-image://docker.io/docker/dockerfile:1',
    'build-failed',
    /^BuildKit needs the image docker\.io\/docker\/dockerfile:1, which may not be pulled: /,
  ],
] as const) {
  test(`a wrong password while "${header}": ${code}`, () => {
    const failure = failureOf(`${block(header)}${WRONG_PASSWORD}`);
    assert.equal(failure.code, code);
    assert.match(failure.message, message);
    assert.equal(isPassing(resultOf(`${block(header)}${WRONG_PASSWORD}`)), false);
    assert.equal(isPassing(resultOf(`${block(header)}${SOLVE}failed to fetch oauth token: unknown`)), true);
  });
}

for (const [answer, message] of [
  [
    'docker.io/docker/scanner:1: not found',
    /^BuildKit needs the image docker\.io\/docker\/scanner:1, which does not exist$/,
  ],
  [
    'failed to do request: Head "https://registry-1.docker.io/v2/": dial tcp: i/o timeout',
    /^BuildKit needs the image docker\.io\/docker\/scanner:1, which could not be fetched: Head /,
  ],
] as const) {
  test(`a scanner of BuildKit's own is no base image: ${answer}`, () => {
    const header = block('resolve image config for docker-image://docker.io/docker/scanner:1');
    const words = `failed to resolve source metadata for docker.io/docker/scanner:1: ${answer}`;
    assert.match(failureOf(`${header}${SOLVE}${words}`).message, message);
  });
}

test('the words of the docker engine, which does not say that it was pushing', () => {
  const stderr = `${block('pushing r/app:1 with docker')}${SOLVE}denied: requested access to the resource is denied`;
  assert.equal(failureOf(stderr).code, 'push-refused');
});

test('a cache that is not let in is not the image', () => {
  const words =
    'push access denied, repository does not exist or may require authorization: server message: insufficient_scope';
  assert.match(failureOf(`${SOLVE}error writing layer blob: ${words}`).message, /^The cache was not taken/);
});

test('a private authority is hinted at', () => {
  const words =
    'failed to do request: Head "https://r": tls: failed to verify certificate: x509: certificate signed by unknown authority';
  assert.match(failureOf(`${SOLVE}failed to push r/a: ${words}`).hint ?? '', /registry-ca/);
});

describe('a step that fails', () => {
  const stderr = readFileSync(new URL('fixtures/failed-step.txt', import.meta.url), 'utf8');
  test('is a problem at its line, with its exit code and its last words', () => {
    const { problems } = buildFailure({ result: resultOf(stderr), image: IMAGE, dockerfile: 'docker/Fail' });
    assert.deepEqual(
      problems.map(({ file, line, message }) => [file, line, message]),
      [['docker/Fail', 3, 'RUN echo out of luck; echo >&2 second; exit 3 ended with exit code 3 (out of luck)']],
    );
  });
  test('of a file that is not ours, such as a remote one, has no place', () => {
    const [problem] = buildFailure({ result: resultOf(stderr), image: IMAGE, dockerfile: 'Dockerfile' }).problems;
    assert.deepEqual([problem?.file, problem?.line], [undefined, undefined]);
  });
  test('is shown by the beginning of a long instruction', () => {
    const long = `RUN ${'x'.repeat(300)}`;
    const { message } = failureOf(`${at(long)}${SOLVE}process "x" did not complete successfully: exit code: 1`);
    assert.ok(message.length < 200, message);
  });
});

test('a build that was killed hints at the memory, one that took too long says so', () => {
  assert.match(failureOf('', { exitCode: 137 }).hint ?? '', /memory/);
  assert.match(failureOf('ERROR: failed to push r: toomanyrequests', { timedOut: true }).message, /took too long/);
  assert.equal(isPassing(resultOf('ERROR: failed to push r: toomanyrequests', { timedOut: true })), false);
});

for (const [says, words, isTaken] of [
  [
    'ECR',
    "unknown: The image tag 'v1' already exists in the 'x' repository and cannot be overwritten because the tag is immutable.",
    true,
  ],
  ['Harbor', "unknown: Failed to process request due to 'x:v1' configured as immutable.", true],
  ['409', 'unknown: the tag exists already', true],
  ['a busy registry', 'toomanyrequests', false],
  ['a denial', 'denied', false],
] as const) {
  test(`a tag that is taken, in the words of ${says}: ${isTaken}`, () => {
    assert.equal(isTakenTag(resultOf(`${SOLVE}failed to push r/x:v1: ${words}`)), isTaken);
  });
}

test('a step that says "already exists" is no tag that is taken', () => {
  assert.equal(
    isTakenTag(resultOf(`${SOLVE}process "x: failed to push already exists" did not complete successfully`)),
    false,
  );
});

for (const [words, answer] of [
  ['127.0.0.1:5000/app:1: not found', 'missing'],
  ['unexpected status from HEAD request to http://r: 404 Not Found', 'missing'],
  ['unknown: manifest unknown', 'missing'],
  ['httpReadSeeker: failed open: content at http://r not found: not found', 'other'],
  ['unexpected EOF', 'passing'],
  ['net/http: TLS handshake timeout', 'passing'],
  ['context deadline exceeded', 'passing'],
  ['anonymous access denied', 'refused'],
  ['no basic auth credentials', 'refused'],
  ['', 'other'],
] as const) {
  test(`"${words}" is ${answer}`, () => assert.equal(registryAnswer(words), answer));
}

test('words in short have the request and the answer, and nothing of before', () => {
  assert.equal(
    inShort(
      'publish sha256:1 to r/a:1: failed commit on ref "m": unexpected status from PUT request to http://r/v2/a/manifests/1: 405 Method Not Allowed',
    ),
    'PUT http://r/v2/a/manifests/1: 405 Method Not Allowed',
  );
  assert.equal(inShort('anything else'), 'anything else');
});

for (const [says, text, isThere] of [
  ['of a push', `{"containerimage.digest":"sha256:${'1c'.repeat(32)}"}`, true],
  ['of a build that exported nothing', '{"buildx.build.ref":"lab/lab0/x"}', false],
  ['that is cut off', '{"containerimage.digest":"sha', false],
  ['with a short digest', '{"containerimage.digest":"sha256:abc"}', false],
  ['that is empty', '', false],
] as const) {
  test(`metadata ${says} has ${isThere ? 'a' : 'no'} digest`, () => {
    assert.equal(digestInMetadata(text), isThere ? `sha256:${'1c'.repeat(32)}` : undefined);
  });
}

test('a registry that mixed up a layer which came with the image and with its cache is given it once more', () => {
  const stderr = [
    '#11 ERROR: failed to push 127.0.0.1:5000/app: errors:',
    'unknown: provided digest did not match uploaded content',
    'ERROR: failed to build: failed to solve: failed to push 127.0.0.1:5000/app: errors:',
    'unknown: provided digest did not match uploaded content',
    'unknown: blob unknown to registry',
  ].join('\n');
  assert.equal(isPassing({ ...resultOf(''), stderr }), true);
});
