import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError } from '../../../src/errors.ts';
import { destroyPreview, failureOfStuck } from '../../../src/preview/destroy.ts';
import type { KubeApi } from '../../../src/kube/api.ts';
import { answerOf, fakeApi } from '../../support/fake-api.ts';
import { previewNamespaceOf, previewScene, thrownBy, type SceneWish } from './preview-scene.ts';

const HELD = [
  { type: 'NamespaceDeletionContentFailure', status: 'False', message: 'All content successfully deleted' },
  {
    type: 'NamespaceContentRemaining',
    status: 'True',
    message: 'Some resources are remaining: configmaps. has 1 resource instances',
  },
  {
    type: 'NamespaceFinalizersRemaining',
    status: 'True',
    message: 'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
  },
];

const seven = previewNamespaceOf(7);
const sceneOf = (more: Partial<SceneWish> = {}) => previewScene({ namespaces: [{ object: seven }], ...more });
const FACT = { namespace: 'shop-pr-7', app: 'shop', pullRequest: 7, why: 'closed' };

test('the command is shown, deletes only the namespace that was looked at, and its end is waited for', async () => {
  const { context, happenings, names } = sceneOf();
  const fact = await destroyPreview(seven, 'closed', { ...context, timeoutSeconds: 60 });
  assert.deepEqual(fact, { ...FACT, outcome: 'removed', detail: undefined });
  const [happening, ...others] = happenings;
  assert.ok(happening?.kind === 'changing');
  assert.equal(happening.subject, 'Namespace/shop-pr-7, pull request 7 is closed');
  assert.deepEqual(happening.command.args, [
    '--context=lab',
    'delete',
    '--raw',
    '/api/v1/namespaces/shop-pr-7?propagationPolicy=Background&uid=uid-7',
  ]);
  assert.deepEqual(others, [], 'what the command prints is the whole object');
  assert.deepEqual(names(), []);
  assert.equal(context.ports.clock.elapsed(), 6000);
});

test('a finalizer that hangs is told with what remains, after the time for it, and nothing is done about it', async () => {
  const { context, log } = sceneOf({ namespaces: [{ object: seven, leaving: { conditions: HELD } }] });
  const fact = await destroyPreview(seven, 'closed', { ...context, timeoutSeconds: 31 });
  assert.equal(fact.outcome, 'stuck');
  assert.equal(
    fact.detail,
    'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances; Some resources are remaining: configmaps. has 1 resource instances',
  );
  assert.equal(context.ports.clock.elapsed(), 31_000);
  assert.deepEqual(
    log.filter((line) => !line.startsWith('GET ')),
    ['delete shop-pr-7'],
  );
  const failure = failureOfStuck([fact]);
  assert.equal(failure?.code, 'preview-stuck');
  assert.match(failure.message, /^the namespace shop-pr-7 is still there: Some content .*example\.com\/hold/);
  assert.match(failure.hint ?? '', /never taken away here/);
});

test('a finalizer of the namespace itself is named, and silence is told as such', async () => {
  for (const [metadata, detail] of [
    [{ finalizers: ['example.com/own'] }, 'The namespace has finalizers of its own: example.com/own'],
    [{}, 'it is being deleted, and nothing says what holds it'],
  ] as const) {
    const object = previewNamespaceOf(7, { metadata });
    const { context } = sceneOf({ namespaces: [{ object, leaving: { conditions: [] } }] });
    assert.equal((await destroyPreview(object, 'asked', { ...context, timeoutSeconds: 3 })).detail, detail);
  }
});

test('one that is leaving already is waited for, not deleted again', async () => {
  const object = previewNamespaceOf(7, { status: { phase: 'Terminating' } });
  const { context, happenings } = sceneOf({ namespaces: [] });
  assert.equal((await destroyPreview(object, 'closed', { ...context, timeoutSeconds: 3 })).outcome, 'removed');
  assert.deepEqual(happenings, []);
});

for (const [stderr, outcome, detail] of [
  ['Error from server (NotFound): namespaces "shop-pr-7" not found', 'gone', undefined],
  ['Error from server (Conflict): Precondition failed: UID', 'kept', 'it was made anew meanwhile'],
  ['Error from server (Forbidden): no', 'stuck', 'it could not be deleted: Error from server (Forbidden): no'],
] as const) {
  test(`what kubectl refuses with is told: ${outcome}`, async () => {
    const { context } = sceneOf({ refusals: { 'shop-pr-7': stderr } });
    const fact = await destroyPreview(seven, 'closed', { ...context, timeoutSeconds: 3 });
    assert.deepEqual(fact, { ...FACT, outcome, detail });
  });
}

test('a namespace of that name that was made anew is not waited for', async () => {
  const { context } = sceneOf({
    meanwhile: (namespaces) =>
      namespaces.set('shop-pr-7', previewNamespaceOf(7, { metadata: { name: 'shop-pr-7', uid: 'new' } })),
  });
  assert.equal((await destroyPreview(seven, 'closed', { ...context, timeoutSeconds: 30 })).outcome, 'removed');
  assert.equal(context.ports.clock.elapsed(), 0);
});

const answering = (api: KubeApi, answer: (count: number) => ReturnType<typeof answerOf> | undefined): KubeApi => {
  let count = 0;
  return {
    ...api,
    request: async (request) => {
      count += 1;
      return answer(count) ?? (await api.request(request));
    },
  };
};

test('an API server that is away for a while is waited for', async () => {
  const { context } = sceneOf();
  const api = answering(context.api, (count) => {
    if (count < 3) {
      throw new DeployError('cluster-unreachable', 'The API server does not answer: ECONNREFUSED');
    }
    return undefined;
  });
  assert.equal((await destroyPreview(seven, 'closed', { ...context, api, timeoutSeconds: 30 })).outcome, 'removed');
});

test('where the namespace may not be read any more, nobody knows whether it is gone, and that is said at once', async () => {
  const { context } = sceneOf();
  const api = answering(context.api, () => answerOf({ kind: 'Status', code: 403, message: 'namespaces is forbidden' }));
  const { outcome, detail } = await destroyPreview(seven, 'closed', { ...context, api, timeoutSeconds: 30 });
  assert.equal(outcome, 'unseen');
  assert.match(detail ?? '', /^The kubeconfig's user may not read .*namespaces is forbidden$/);
  assert.equal(context.ports.clock.elapsed(), 0);
});

test('a run that is cancelled waits no longer', async () => {
  const { context } = sceneOf();
  const { clock } = context.ports;
  const assertNotCancelled = (): void => {
    if (clock.elapsed() >= 4000) {
      throw new DeployError('cancelled', 'stopped');
    }
  };
  const ports = { ...context.ports, assertNotCancelled };
  const failure = await thrownBy(async () =>
    destroyPreview(seven, 'closed', { ...context, ports, timeoutSeconds: 60 }),
  );
  assert.equal(failure.code, 'cancelled');
});

test('all that is stuck is one failure, and without any there is none', () => {
  const stuck = { ...FACT, why: 'closed', outcome: 'stuck', detail: 'held' } as const;
  assert.equal(
    failureOfStuck([
      { ...stuck, outcome: 'removed' },
      { ...stuck, outcome: 'kept' },
    ]),
    undefined,
  );
  const failure = failureOfStuck([stuck, { ...stuck, namespace: 'shop-pr-8', outcome: 'stuck' }]);
  assert.equal(failure?.message, '2 namespaces were not seen to go away');
  assert.equal(failure.problems.length, 2);
});

test('what remains is named, a few of each kind, with the finalizers that hold it', async () => {
  const message =
    'Some resources are remaining: configmaps. has 1 resource instances, widgets.example.com has 2 resource instances, pods. has 1 resource instances';
  const leaving = { conditions: [{ type: 'NamespaceContentRemaining', status: 'True', message }] };
  const { context } = sceneOf({ namespaces: [{ object: seven, leaving }] });
  const held = { metadata: { name: 'held', finalizers: ['example.com/hold', 'example.com/more'] } };
  const things = fakeApi({
    '/api/v1/namespaces/shop-pr-7/configmaps': { items: [held] },
    '/apis/example.com': { preferredVersion: { groupVersion: 'example.com/v1beta1' } },
    '/apis/example.com/v1beta1/namespaces/shop-pr-7/widgets': { items: [{ metadata: { name: 'a' } }] },
    '/api/v1/namespaces/shop-pr-7/pods': { kind: 'Status', code: 403, message: 'no' },
  });
  const api = {
    ...context.api,
    request: async (request: Parameters<KubeApi['request']>[0]) =>
      request.path === '/api/v1/namespaces/shop-pr-7' ? context.api.request(request) : things.request(request),
  };
  const { detail } = await destroyPreview(seven, 'closed', { ...context, api, timeoutSeconds: 3 });
  assert.equal(detail, `${message}; configmaps/held (example.com/hold, example.com/more), widgets.example.com/a`);
});

test('a command that was cut off may have done its work: whether it has is seen by waiting', async () => {
  const { context } = sceneOf();
  const run: typeof context.ports.exec.run = async (command) => {
    await context.ports.exec.run(command);
    return { exitCode: 143, stdout: '', stderr: '', timedOut: true };
  };
  const ports = { ...context.ports, exec: { ...context.ports.exec, run } };
  const fact = await destroyPreview(seven, 'closed', { ...context, ports, timeoutSeconds: 60 });
  assert.equal(fact.outcome, 'removed');
});
