import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOfStuck } from '../../../src/preview/destroy.ts';
import type { RemovalFact } from '../../../src/preview/facts.ts';
import { sweep } from '../../../src/preview/sweep.ts';
import type { SweepPlan } from '../../../src/plan/preview-slices.ts';
import { answerOf } from '../../support/fake-api.ts';
import {
  previewNamespaceOf,
  previewScene,
  SWEEP,
  thrownBy,
  type NamespaceOfScene,
  type PullOfScene,
  type Scene,
} from './preview-scene.ts';

const OPEN: readonly PullOfScene[] = [{ state: 'open' }];
const CLOSED: readonly PullOfScene[] = [{ state: 'closed' }];
const KEPT: readonly PullOfScene[] = [{ state: 'closed', labels: ['keep-preview'] }];

const namespace = (number: number, more: Parameters<typeof previewNamespaceOf>[1] = {}): NamespaceOfScene => ({
  object: previewNamespaceOf(number, more),
});
const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const brief = ({ namespace: name, why, outcome }: RemovalFact): string => `${name} ${why} ${outcome}`;

type Swept = {
  readonly facts: readonly RemovalFact[];
  readonly decided: readonly RemovalFact[];
  readonly changesBefore: number;
};

async function swept({ context, log }: Scene, plan: Partial<SweepPlan> = {}): Promise<Swept> {
  let decided: readonly RemovalFact[] = [];
  let changesBefore = -1;
  const facts = await sweep({ ...SWEEP, ...plan }, context, (all) => {
    decided = all;
    changesBefore = log.filter((line) => line.startsWith('delete')).length;
  });
  return { facts, decided, changesBefore };
}

/** 30 namespaces: 1–6 open, 7–12 closed, 13–15 expired, 16–17 not there, 18–20 kept, 21–23 unclear, 24–30 of others. */
const THIRTY: readonly NamespaceOfScene[] = [
  ...numbers(1, 12).map((number) => namespace(number)),
  ...numbers(13, 15).map((number) => namespace(number, { days: -1 })),
  ...numbers(16, 18).map((number) => namespace(number)),
  namespace(19, { days: -1, annotations: { 'k8s-deploy/keep': 'true' } }),
  namespace(20, { days: -1 }),
  namespace(21, { labels: { 'k8s-deploy/pull-request': 'x' } }),
  namespace(22, { labels: { 'k8s-deploy/expires': 'x' } }),
  namespace(23, { metadata: { name: 'production', uid: 'uid-23' } }),
  ...numbers(24, 27).map((number) => namespace(number, { labels: { 'k8s-deploy/repository-id': '2' } })),
  ...numbers(28, 30).map((number) => namespace(number, { labels: { 'k8s-deploy/preview': undefined } })),
];

const PULLS: Readonly<Record<number, readonly PullOfScene[]>> = Object.fromEntries([
  ...numbers(1, 6).map((number) => [number, OPEN]),
  ...numbers(7, 12).map((number) => [number, CLOSED]),
  ...numbers(13, 15).map((number) => [number, OPEN]),
  [18, KEPT],
  [19, OPEN],
  [20, [{ state: 'open', labels: ['keep-preview'] }]],
  [22, OPEN],
  [23, CLOSED],
  ...numbers(24, 30).map((number) => [number, CLOSED]),
]);

test('of 30 namespaces those of closed, expired and missing pull requests go, and everything is known before the first', async () => {
  const scene = previewScene({ namespaces: THIRTY, pulls: PULLS, pageSize: 7 });
  const { facts, decided, changesBefore } = await swept(scene);
  assert.equal(changesBefore, 0);
  assert.deepEqual(facts.map(brief), [
    'production unclear kept',
    ...numbers(1, 6).map((number) => `shop-pr-${number} open kept`),
    ...numbers(7, 12).map((number) => `shop-pr-${number} closed removed`),
    ...numbers(13, 15).map((number) => `shop-pr-${number} expired removed`),
    ...numbers(16, 17).map((number) => `shop-pr-${number} orphaned removed`),
    'shop-pr-18 closed kept',
    'shop-pr-19 expired kept',
    'shop-pr-20 expired kept',
    'shop-pr-21 unclear kept',
    'shop-pr-22 unclear kept',
  ]);
  assert.deepEqual(
    decided.map(brief),
    facts.map((fact) => brief(fact).replace(/removed$/, 'would-be-removed')),
  );
  const left = [...numbers(1, 6), ...numbers(18, 22), ...numbers(24, 30)].map((number) => `shop-pr-${number}`);
  assert.deepEqual(scene.names().toSorted(), [...left, 'production'].toSorted());
  assert.equal(scene.context.ports.clock.elapsed(), 6000, 'they leave side by side');
  assert.equal(scene.log.filter((line) => line === 'GET /api/v1/namespaces').length, 4, 'page by page');
  assert.ok(!scene.log.some((line) => /^pull (2[4-9]|30)$/.test(line)), 'nobody asks about the previews of others');
  assert.equal(failureOfStuck(facts), undefined);
});

test('a dry run only says what would go', async () => {
  const scene = previewScene({ namespaces: THIRTY, pulls: PULLS });
  const { facts } = await swept(scene, { isDryRun: true });
  assert.equal(facts.filter(({ outcome }) => outcome === 'would-be-removed').length, 11);
  assert.equal(scene.names().length, 30);
  assert.ok(!scene.log.some((line) => line.startsWith('delete')));
});

test('one app can be swept alone', async () => {
  const scene = previewScene({
    namespaces: [namespace(1), namespace(2, { labels: { 'k8s-deploy/preview': 'blog' } })],
    pulls: { 1: CLOSED, 2: CLOSED },
  });
  assert.deepEqual((await swept(scene, { app: 'shop' })).facts.map(brief), ['shop-pr-1 closed removed']);
  assert.deepEqual(scene.names(), ['shop-pr-2']);
});

test('as long as GitHub does not tell about one pull request, no preview is removed', async () => {
  for (const status of [500, 403, 401, 422]) {
    const scene = previewScene({ namespaces: THIRTY, pulls: { ...PULLS, 9: [{ status }] } });
    let decided: readonly RemovalFact[] = [];
    const failure = await thrownBy(async () =>
      sweep(SWEEP, scene.context, (facts) => {
        decided = facts;
      }),
    );
    assert.equal(failure.code, 'github-unavailable');
    assert.match(
      failure.message,
      /^Nothing is removed: GitHub could not be asked about pull request 9 of org\/app: (GitHub|the token) /,
    );
    assert.deepEqual(failure.problems, []);
    assert.equal(decided.length, 23);
    assert.ok(decided.every(({ outcome }) => outcome === 'kept'));
    assert.match(
      decided.find((fact) => fact.pullRequest === 10)?.detail ?? '',
      /^pull request 10 is closed, and not all is known$/,
    );
    assert.equal(scene.names().length, 30);
  }
});

test('a GitHub that is away is not asked about all of them', async () => {
  const pulls = Object.fromEntries(numbers(1, 30).map((number) => [number, [{ status: 502 }]]));
  const scene = previewScene({ namespaces: THIRTY, pulls });
  const failure = await thrownBy(async () => swept(scene));
  assert.equal(failure.code, 'github-unavailable');
  const asked = new Set(scene.log.filter((line) => line.startsWith('pull')));
  assert.ok(asked.size <= 8, String(asked.size));
  assert.ok(failure.problems.some(({ message }) => message.endsWith('GitHub was not asked any more')));
});

test('a repository that is another one, or not known, is not swept by', async () => {
  for (const [repository, says] of [
    [{ id: 2 }, /^Nothing is removed: org\/app is repository 2 on GitHub, and this run is of repository 1$/],
    [{ status: 404 }, /^Nothing is removed: GitHub could not be asked about org\/app: GitHub answered 404: /],
    [{ status: 503 }, /^Nothing is removed: GitHub could not be asked about org\/app: GitHub answered 503$/],
  ] as const) {
    const scene = previewScene({ namespaces: [namespace(1)], pulls: { 1: CLOSED }, repository });
    const failure = await thrownBy(async () => swept(scene));
    assert.equal(failure.code, 'github-unavailable');
    assert.match(failure.message, says);
    assert.deepEqual(scene.names(), ['shop-pr-1']);
    assert.ok(!scene.log.some((line) => line.startsWith('GET /api')));
  }
});

test('a pull request that is opened again before its turn keeps its preview', async () => {
  const scene = previewScene({
    namespaces: [namespace(1), namespace(2), namespace(3)],
    pulls: { 1: [...CLOSED, ...OPEN], 2: [...CLOSED, { status: 502 }], 3: [...CLOSED, ...KEPT] },
  });
  const { facts } = await swept(scene);
  assert.deepEqual(facts.map(brief), ['shop-pr-1 open kept', 'shop-pr-2 unclear kept', 'shop-pr-3 closed kept']);
  assert.match(facts[0]?.detail ?? '', /opened again/);
  assert.equal(scene.names().length, 3);
});

test('a namespace that is another one before its turn is left alone', async () => {
  let isDecided = false;
  const scene = previewScene({
    namespaces: [namespace(1), namespace(2, { days: -1 }), namespace(3), namespace(4)],
    pulls: { 1: CLOSED, 2: OPEN, 3: CLOSED, 4: CLOSED },
    meanwhile: (namespaces) => {
      if (isDecided) {
        namespaces.set('shop-pr-1', previewNamespaceOf(1, { labels: { 'k8s-deploy/repository-id': '2' } }));
        namespaces.set('shop-pr-2', previewNamespaceOf(2, { days: 7 }));
        namespaces.delete('shop-pr-3');
        namespaces.set('shop-pr-4', previewNamespaceOf(4, { metadata: { name: 'shop-pr-4', uid: 'new' } }));
      }
    },
  });
  const facts = await sweep(SWEEP, scene.context, () => {
    isDecided = true;
  });
  assert.deepEqual(facts.map(brief), [
    'shop-pr-1 closed kept',
    'shop-pr-2 open kept',
    'shop-pr-3 closed gone',
    'shop-pr-4 closed gone',
  ]);
  assert.ok(!scene.log.some((line) => line.startsWith('delete')));
});

test('one that is stuck, or may not be deleted, keeps none of the others', async () => {
  const leaving = { conditions: [{ type: 'NamespaceContentRemaining', status: 'True', message: 'pods remain' }] };
  const scene = previewScene({
    namespaces: [
      { ...namespace(1), leaving },
      namespace(2),
      namespace(3),
      namespace(4, { status: { phase: 'Terminating' } }),
    ],
    pulls: { 1: CLOSED, 2: CLOSED, 3: CLOSED, 4: CLOSED },
    refusals: { 'shop-pr-2': 'Error from server (Forbidden): no' },
  });
  const { facts } = await swept(scene, { timeoutSeconds: 30 });
  assert.deepEqual(facts.map(brief), [
    'shop-pr-1 closed stuck',
    'shop-pr-2 closed stuck',
    'shop-pr-3 closed removed',
    'shop-pr-4 closed stuck',
  ]);
  assert.equal(scene.log.filter((line) => line === 'delete shop-pr-4').length, 0, 'it is leaving already');
  const failure = failureOfStuck(facts);
  assert.equal(failure?.code, 'preview-stuck');
  assert.deepEqual(
    failure.problems.map(({ message }) => message),
    [
      'the namespace shop-pr-1 is still there: pods remain',
      'the namespace shop-pr-2 is still there: it could not be deleted: Error from server (Forbidden): no',
      'the namespace shop-pr-4 is still there: it is being deleted, and nothing says what holds it',
    ],
  );
  assert.equal(scene.context.ports.clock.elapsed(), 30_000, 'the time is for all of them together');
});

test('without any preview nobody is asked about pull requests', async () => {
  const scene = previewScene({ namespaces: [] });
  assert.deepEqual((await swept(scene)).facts, []);
  assert.deepEqual(scene.log, ['GET /repos/{owner}/{repo}', 'GET /api/v1/namespaces']);
});

test('one that cannot be looked at keeps none of the others', async () => {
  const scene = previewScene({ namespaces: [namespace(1), namespace(2)], pulls: { 1: CLOSED, 2: CLOSED } });
  const { api } = scene.context;
  const request: typeof api.request = async (asked) =>
    asked.path.endsWith('/shop-pr-1') ? answerOf({ kind: 'Status', code: 500, message: 'etcd' }) : api.request(asked);
  const context = { ...scene.context, api: { ...api, request } };
  const facts = await sweep(SWEEP, context, () => {});
  assert.deepEqual(facts.map(brief), ['shop-pr-1 closed stuck', 'shop-pr-2 closed removed']);
  assert.match(facts[0]?.detail ?? '', /^it was not deleted: .*etcd$/);
});
