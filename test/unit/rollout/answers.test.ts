import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answer } from '../../../src/rollout/answers.ts';
import { NO_KNOWLEDGE, type Knowledge, type Question } from '../../../src/rollout/knowledge.ts';
import type { RegistryLookup } from '../../../src/rollout/registry.ts';
import { createTracker } from '../../../src/rollout/tracker.ts';
import { fakeApi, type ApiAnswers } from '../../support/fake-api.ts';
import { instantClock } from '../../support/fake-ports.ts';
import { pinnedServer } from '../../support/pinned.ts';
import { STATUSES } from '../../support/statuses.ts';

const NAMESPACE = '/api/v1/namespaces/shop';
const REGISTRY: RegistryLookup = {
  has: async (reference) => (reference.endsWith(':gone') ? 'missing' : 'there'),
  digestsOf: async () => new Set(),
};

async function learned(question: Question, answers: ApiAnswers): Promise<Knowledge> {
  const object = { spec: { selector: { matchLabels: { app: 'server' } } } };
  const context = { api: fakeApi(answers), clock: instantClock(), registry: REGISTRY };
  return (await answer(createTracker({ pinned: pinnedServer(), object }, 0), question, context))(NO_KNOWLEDGE);
}

describe('whether a Secret or ConfigMap is there', () => {
  const secret = { kind: 'Secret', name: 'db' } as const;
  const ask = (key?: string): Question => ({ kind: 'config', object: secret, key });
  const stored = { metadata: { name: 'db', managedFields: [{ fieldsV1: { 'f:data': { '.': {}, 'f:user': {} } } }] } };

  test('it is', async () => {
    assert.equal((await learned(ask(), { [`${NAMESPACE}/secrets/db`]: stored })).configs.get('Secret/db'), 'there');
  });
  test('it is not', async () => {
    assert.equal((await learned(ask(), {})).configs.get('Secret/db'), 'missing');
  });
  test('it may not be read', async () => {
    const answers = { [`${NAMESPACE}/secrets/db`]: STATUSES.mayNotPatch };
    assert.equal((await learned(ask(), answers)).configs.get('Secret/db'), 'unknown');
  });
  test('a key is told by who owns it, without its value', async () => {
    const answers = { [`${NAMESPACE}/secrets/db`]: stored };
    assert.equal((await learned(ask('user'), answers)).configs.get('Secret/db/user'), 'there');
    assert.equal((await learned(ask('password'), answers)).configs.get('Secret/db/password'), 'missing');
  });
  test('a ConfigMap is looked for among the ConfigMaps', async () => {
    const question: Question = { kind: 'config', object: { kind: 'ConfigMap', name: 'env' }, key: undefined };
    assert.equal(
      (await learned(question, { [`${NAMESPACE}/configmaps/env`]: {} })).configs.get('ConfigMap/env'),
      'there',
    );
  });
});

describe('who will make a Secret', () => {
  const ask: Question = { kind: 'maker', object: { kind: 'Secret', name: 'db' } };
  const makers: readonly (readonly [string, string, object])[] = [
    ['ExternalSecret/x', 'external-secrets.io/v1', { spec: { target: { name: 'db' } } }],
    ['SealedSecret/db', 'bitnami.com/v1alpha1', {}],
    ['Certificate/x', 'cert-manager.io/v1', { spec: { secretName: 'db' } }],
    ['VaultStaticSecret/x', 'secrets.hashicorp.com/v1beta1', { spec: { destination: { name: 'db' } } }],
  ];
  for (const [name, version, spec] of makers) {
    const [kind = '', own = ''] = name.split('/');
    test(kind, async () => {
      const path = `/apis/${version}/namespaces/shop/${kind.toLowerCase()}s`;
      const known = await learned(ask, { [path]: { items: [{ metadata: { name: own }, ...spec }] } });
      assert.equal(known.makers.get('Secret/db'), name);
    });
  }
  test('one that makes another Secret is none', async () => {
    const path = '/apis/cert-manager.io/v1/namespaces/shop/certificates';
    const known = await learned(ask, {
      [path]: { items: [{ metadata: { name: 'db' }, spec: { secretName: 'tls' } }] },
    });
    assert.deepEqual([known.makers.has('Secret/db'), known.makers.get('Secret/db')], [true, undefined]);
  });
});

test('the registry is asked about an image', async () => {
  const known = await learned({ kind: 'image', reference: 'reg.example/app:gone' }, {});
  assert.equal(known.images.get('reg.example/app:gone'), 'missing');
});

test('pods that are being deleted are counted, of whatever revision', async () => {
  const pods = {
    items: [{ metadata: { deletionTimestamp: 'x' } }, { metadata: {} }, { metadata: { deletionTimestamp: 'y' } }],
  };
  assert.equal((await learned({ kind: 'leaving-pods' }, { [`${NAMESPACE}/pods`]: pods })).leavingPods, 2);
  assert.equal(
    (await learned({ kind: 'leaving-pods' }, { [`${NAMESPACE}/pods`]: STATUSES.mayNotPatch })).leavingPods,
    undefined,
  );
});

test('the last words of a container are its log', async () => {
  const pod = {
    metadata: { name: 'server-x', uid: 'pod' },
    spec: { containers: [{ name: 'main', image: 'a:1' }] },
    status: {
      containerStatuses: [
        {
          name: 'main',
          ready: false,
          restartCount: 1,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 1 } },
        },
      ],
    },
  };
  const question: Question = { kind: 'last-words', podUid: 'pod', podName: 'server-x', container: 'main' };
  const known = await learned(question, {
    [`${NAMESPACE}/pods/server-x`]: pod,
    [`${NAMESPACE}/pods/server-x/log`]: 'starting\nError: boom\n',
  });
  assert.deepEqual(known.lastWords.get('pod/main'), ['starting', 'Error: boom']);
});

test('events of a pod that are no warnings are asked for by its uid', async () => {
  const question: Question = { kind: 'pod-events', podUid: 'pod', podName: 'server-x' };
  const known = await learned(question, { [`${NAMESPACE}/events`]: { items: [{ reason: 'TriggeredScaleUp' }] } });
  assert.deepEqual(known.podEvents.get('pod'), [{ reason: 'TriggeredScaleUp' }]);
});
