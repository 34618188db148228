import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError } from '../../../src/errors.ts';
import { failureOfAnswer, getObject } from '../../../src/kube/api.ts';
import { resourcePath } from '../../../src/kube/discovery.ts';
import { describeObject, isKubeObject } from '../../../src/kube/object.ts';
import { openApi } from '../../../src/kube/open-api.ts';
import { containersOf } from '../../../src/kube/pod-template.ts';
import { askServerVersionDirectly, readServerVersion } from '../../../src/kube/server-version.ts';
import { workloadPath } from '../../../src/kube/workload-path.ts';
import type { HttpAnswer } from '../../../src/http.ts';
import type { Command } from '../../../src/ports.ts';
import { answerOf, fakeApi } from '../../support/fake-api.ts';
import { failureOfWork } from '../../support/failures.ts';
import { fakePorts, instantClock } from '../../support/fake-ports.ts';
import { STATUSES } from '../../support/statuses.ts';

const KUBECTL = { path: '/opt/kubectl', kubeconfigPath: '/tmp/private/kubeconfig', context: 'prod' };
const json = (status: number, body: unknown): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const plain = (status: number, body: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

async function apiAnswering(answer: HttpAnswer | Error, started: Command[] = []) {
  const { exec, http } = fakePorts({
    exec: {
      start: async (command) => {
        started.push(command);
        return { exited: new Promise(() => {}), stop: async () => {} };
      },
    },
    http: {
      request: async () => {
        if (answer instanceof Error) {
          throw answer;
        }
        return answer;
      },
    },
  });
  return openApi(KUBECTL, '/tmp/private/api.sock', exec, http);
}

test('the API is reached through one kubectl proxy on a private socket', async () => {
  const started: Command[] = [];
  await apiAnswering(json(200, {}), started);
  assert.deepEqual(
    started.map(({ args }) => args),
    [['--context=prod', 'proxy', '--unix-socket=/tmp/private/api.sock', '--append-server-path']],
  );
});

for (const [says, answer, code, message] of [
  [
    'the socket is gone',
    new Error('connect ECONNREFUSED /tmp/private/api.sock'),
    'cluster-unreachable',
    /does not answer: connect ECONNREFUSED/,
  ],
  [
    'the proxy cannot connect',
    plain(502, 'dial tcp 10.0.0.1:6443: connect: connection refused\n'),
    'cluster-unreachable',
    /does not answer: dial tcp 10.0.0.1:6443/,
  ],
  [
    'a credential plugin is missing',
    plain(500, 'getting credentials: exec: executable aws not found'),
    'credentials-rejected',
    /credential plugin failed: getting credentials: exec: executable aws not found/,
  ],
] as const) {
  test(`${says}: ${code}`, async () => {
    const api = await apiAnswering(answer);
    const failure = await failureOfWork(() => api.request({ method: 'GET', path: '/version' }));
    assert.equal(failure.code, code);
    assert.match(failure.message, message);
    assert.notEqual(failure.hint, '');
  });
}

test('a request that ends with a cancellation says nothing about the server', async () => {
  const api = await apiAnswering(new DeployError('cancelled', 'stopped'));
  assert.equal((await failureOfWork(() => api.request({ method: 'GET', path: '/' }))).code, 'cancelled');
});

test('an answer of any other kind is an answer, whatever its status is', async () => {
  const log = await (await apiAnswering(plain(200, 'a log line\n'))).request({ method: 'GET', path: '/log' });
  assert.deepEqual([log.status, log.body, log.text], [200, undefined, 'a log line\n']);
  const refused = await (await apiAnswering(json(500, STATUSES.unknownField))).request({ method: 'GET', path: '/x' });
  assert.deepEqual([refused.status, refused.body], [500, STATUSES.unknownField]);
});

for (const status of [500, 502]) {
  test(`a plain text with ${status} that has an audit-id is an answer: the API server was reached, and passes on what others say`, async () => {
    const { headers, ...said } = plain(status, 'app is broken\n');
    const api = await apiAnswering({ ...said, headers: { ...headers, 'audit-id': 'a0bdf4fc-3b76' } });
    const answer = await api.request({ method: 'GET', path: '/api/v1/namespaces/shop/services/app:80/proxy/' });
    assert.deepEqual([answer.status, answer.text], [status, 'app is broken\n']);
  });
}

for (const [status, code, message] of [
  [
    'unauthorized',
    'credentials-rejected',
    'The API server does not accept the credentials of the kubeconfig: Unauthorized',
  ],
  ['mayNotPatch', 'access-denied', `The kubeconfig's user may not read it: ${STATUSES.mayNotPatch.message}`],
] as const) {
  test(`refused with ${STATUSES[status].code}: ${code}`, () => {
    const failure = failureOfAnswer(answerOf(STATUSES[status]), 'read it');
    assert.deepEqual([failure.code, failure.message], [code, message]);
  });
}

test('an object is read; one that is not there is undefined; a missing right is a failure', async () => {
  const api = fakeApi({ '/a': { kind: 'A' }, '/forbidden': STATUSES.mayNotPatch });
  assert.deepEqual(await getObject(api, '/a', 'read a'), { kind: 'A' });
  assert.equal(await getObject(api, '/b', 'read b'), undefined);
  assert.equal((await failureOfWork(() => getObject(api, '/forbidden', 'read it'))).code, 'access-denied');
});

test('the first request waits out a short restart of the API server', async () => {
  let asked = 0;
  const api = {
    ...fakeApi({}),
    request: async () => {
      asked += 1;
      if (asked < 3) {
        throw failureOfAnswer({ status: 503, body: undefined, text: 'restarting' }, 'read /version');
      }
      return answerOf({ gitVersion: 'v1.34.4' });
    },
  };
  assert.deepEqual([await readServerVersion(api, instantClock()), asked], ['v1.34.4', 3]);
});

for (const [says, answer, code, times] of [
  ['a server that stays away is given up', { kind: 'Status', message: 'away', code: 503 }, 'cluster-unreachable', 5],
  ['bad credentials are told at once', STATUSES.unauthorized, 'credentials-rejected', 1],
] as const) {
  test(says, async () => {
    const api = fakeApi({ '/version': answer });
    const failure = await failureOfWork(() => readServerVersion(api, instantClock()));
    assert.deepEqual([failure.code, api.requests.length], [code, times]);
  });
}

test('a server that takes its time to answer nothing is given up after one attempt', async () => {
  const clock = instantClock();
  const api = fakeApi({ '/version': { kind: 'Status', message: 'away', code: 503 } });
  const slow = {
    ...api,
    request: async (request: Parameters<typeof api.request>[0]) => {
      await clock.sleep(15_000);
      return api.request(request);
    },
  };
  const failure = await failureOfWork(() => readServerVersion(slow, clock));
  assert.deepEqual([failure.code, api.requests.length], ['cluster-unreachable', 1]);
});

const ACCESS = {
  context: 'prod',
  server: 'https://eu.example:6443/base/',
  namespace: undefined,
  ca: 'PEM',
  skipVerify: false,
  serverName: 'eu',
};

test('before there is a kubectl the server itself is asked for its version', async () => {
  const asked: unknown[] = [];
  const { http } = fakePorts({
    http: {
      request: async (target, request) => {
        asked.push([target, request.path]);
        return json(200, { gitVersion: 'v1.34.4' });
      },
    },
  });
  assert.equal(await askServerVersionDirectly(ACCESS, http), 'v1.34.4');
  assert.deepEqual(asked, [
    [
      { kind: 'tls', origin: 'https://eu.example:6443', ca: 'PEM', skipVerify: false, serverName: 'eu' },
      '/base/version',
    ],
  ]);
});

for (const [says, answer] of [
  ['refuses', json(403, STATUSES.mayNotPatch)],
  ['answers with a page', plain(200, '<html>')],
] as const) {
  test(`a server that ${says} has no version that is known`, async () => {
    const { http } = fakePorts({ http: { request: async () => answer } });
    assert.equal(await askServerVersionDirectly(ACCESS, http), undefined);
  });
}

test('paths in the API', () => {
  const resource = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'deployments', namespaced: true };
  assert.equal(resourcePath(resource, 'shop', 'a'), '/apis/apps/v1/namespaces/shop/deployments/a');
  assert.equal(resourcePath(resource, 'shop'), '/apis/apps/v1/namespaces/shop/deployments');
  const core = { apiVersion: 'v1', kind: 'Namespace', name: 'namespaces', namespaced: false };
  assert.equal(resourcePath(core, 'shop', 'a/../b'), '/api/v1/namespaces/a%2F..%2Fb');
  assert.equal(
    workloadPath({ kind: 'StatefulSet', namespace: 'shop', name: 'db' }),
    '/apis/apps/v1/namespaces/shop/statefulsets/db',
  );
});

for (const [kind, spec, path] of [
  ['Pod', { containers: [{ name: 'a', image: 'x' }] }, ['spec', 'containers', 0]],
  [
    'CronJob',
    { jobTemplate: { spec: { template: { spec: { containers: [{ name: 'a', image: 'x' }] } } } } },
    ['spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers', 0],
  ],
  [
    'Job',
    { template: { spec: { initContainers: [{ name: 'a', image: 'x' }] } } },
    ['spec', 'template', 'spec', 'initContainers', 0],
  ],
  [
    'DaemonSet',
    { template: { spec: { containers: [{ name: 'a', image: 'x' }] } } },
    ['spec', 'template', 'spec', 'containers', 0],
  ],
] as const) {
  test(`the containers of a ${kind} are found`, () => {
    assert.deepEqual(containersOf({ apiVersion: 'v1', kind, metadata: { name: 'a' }, spec }), [
      { name: 'a', image: 'x', path },
    ]);
  });
}

test('objects are named by kind, name and, where it is known, namespace', () => {
  const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } };
  assert.equal(describeObject(object), 'Service/web');
  assert.equal(describeObject({ ...object, metadata: { name: 'web', namespace: 'shop' } }), 'Service/web in shop');
  assert.deepEqual([isKubeObject(object), isKubeObject({ kind: 'Service' }), isKubeObject('x')], [true, false, false]);
  assert.deepEqual(containersOf(object), []);
});
