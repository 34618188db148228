import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFailure, mayPass } from '../../../src/builder/failures.ts';
import { lastError } from '../../../src/registry/last-error.ts';

/** What buildx v0.36.1 ended with before engines, clusters and registries in trouble. */
for (const [says, driver, words, isPassing, hint] of [
  [
    'a rate limit',
    'docker-container',
    'Error response from daemon: toomanyrequests: You have reached your pull rate limit.',
    true,
    /buildkit-image/,
  ],
  [
    'a registry that fails',
    'docker-container',
    'Error response from daemon: received unexpected HTTP status: 500 Internal Server Error',
    true,
    /buildkit-image/,
  ],
  [
    'a registry that breaks the connection',
    'docker-container',
    'Error response from daemon: Head "http://127.0.0.1:5000/v2/moby/buildkit/manifests/lab": EOF',
    true,
    /buildkit-image/,
  ],
  [
    'a registry that is away',
    'docker-container',
    'Error response from daemon: Get "http://127.0.0.1:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused',
    true,
    /buildkit-image/,
  ],
  [
    'a registry that lets nobody in',
    'docker-container',
    'Error response from daemon: unauthorized',
    false,
    /buildkit-image/,
  ],
  [
    'an image that is not there',
    'docker-container',
    'Error response from daemon: manifest for 127.0.0.1:5000/x/y:1 not found: manifest unknown',
    false,
    /buildkit-image/,
  ],
  [
    'a refusal without words',
    'docker-container',
    'Error response from daemon: error parsing HTTP 403 response body: unexpected end of JSON input: ""',
    false,
    /buildkit-image/,
  ],
  [
    'an engine that is away',
    'docker-container',
    'failed to initialize builder k8s-deploy-1 (k8s-deploy-10): failed to connect to the docker API at unix:///nowhere.sock; check if the path is correct and if the daemon is running: dial unix /nowhere.sock: connect: no such file or directory',
    false,
    /Start Docker/,
  ],
  [
    'an engine that refuses connections',
    'docker-container',
    'failed to initialize builder x (x0): failed to connect to the docker API at tcp://127.0.0.1:2375; check if the path is correct and if the daemon is running: dial tcp 127.0.0.1:2375: connect: connection refused',
    false,
    /Start Docker/,
  ],
  [
    'an option that does not exist',
    'docker-container',
    'failed to initialize builder x (x0): invalid driver option bogus for docker-container driver',
    false,
    /--driver-opt/,
  ],
  ['a comma too many', 'docker-container', 'invalid value "b.example.com", expecting k=v', false, /--driver-opt/],
  [
    'an engine behind TLS',
    'docker-container',
    'could not create a builder instance with TLS data loaded from environment. Please use `docker context create <context-name>` to create a context for current environment and then create a builder instance with context set to <context-name>',
    false,
    /DOCKER_TLS_VERIFY/,
  ],
  [
    'an engine without privileged containers',
    'docker-container',
    'Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: unable to apply caps: operation not permitted: unknown',
    false,
    /privileged container/,
  ],
  ['a BuildKit that dies', 'docker-container', 'exit code 1', false, /lines of buildx above/],
  ['a running BuildKit that is away', 'remote', 'context deadline exceeded', true, /Is the address right/],
  [
    'half of the TLS options',
    'remote',
    'failed to initialize builder x (x0): tls enabled, but missing keys key',
    false,
    /cacert, cert, key and servername/,
  ],
  ['pods that do not start', 'kubernetes', 'expected 1 replicas to be ready, got 0', false, /events of its pods/],
  [
    'no rights in the cluster',
    'kubernetes',
    'error for bootstrap "kube30": deployments.apps "kube30" is forbidden: User "x" cannot get resource',
    false,
    /needs rights/,
  ],
  [
    'a namespace that is not there',
    'kubernetes',
    'error while calling Create for "kube0": namespaces "nonesuch" not found',
    false,
    /namespace=/,
  ],
] as const) {
  test(`${says} is told with what helps${isPassing ? ', and is worth another try where an image is pulled' : ''}`, () => {
    const failure = createFailure(driver, driver, words);
    assert.equal(failure.code, 'builder-unavailable');
    assert.ok(failure.message.endsWith(`: ${words}`), failure.message);
    assert.match(failure.hint ?? '', hint);
    assert.equal(mayPass(words), isPassing);
  });
}

test('a full disk is a full disk', () => {
  const failure = createFailure(
    'docker-container',
    'docker-container',
    'Error response from daemon: write /var/lib/docker/x: no space left on device',
  );
  assert.equal(failure.code, 'disk-full');
});

test('the error is the last that buildx calls so, not what it shows of a step', () => {
  assert.equal(lastError('#1 ERROR: one\n------\nERROR: two\nLearn more at https://docs.docker.com/\n'), 'two');
  assert.equal(lastError('panic: three\n'), 'panic: three');
  const several =
    'ERROR: failed to build: failed to solve: failed to push x: errors:\ndenied: one\nunknown: two\n\nmore\n';
  assert.equal(lastError(several), 'failed to push x: errors: denied: one; unknown: two');
  assert.equal(lastError(''), '');
});
