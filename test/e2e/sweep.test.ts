import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { objectsAt, textAt } from '../../src/values/json.ts';
import type { GitHubFault } from '../support/fake-github/fake-github.ts';
import { openPreviewScene, type NamespaceWish, type PreviewScene } from '../support/preview-scene.ts';
import { kubeconfigAs } from '../support/rights.ts';
import type { Deploy, Wish } from '../support/scene.ts';
import { configMapText } from '../support/workload-text.ts';

/** Thirty namespaces, of which some have to go: each test goes on where the one before it ended. */

const HOLD = 'example.com/hold';
const PULLS = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
const REPOSITORY = 'GET /repos/{owner}/{repo}';
const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** 1–6 open, 7–11 closed (10 is held by a finalizer, 11 is of another app), 12–13 expired, 14–15 without a pull request; the rest stays. */
const OTHERS: Readonly<Record<number, NamespaceWish>> = {
  11: { labels: { 'k8s-deploy/preview': 'blog' } },
  13: { days: -1 },
  17: { days: -1, annotations: { 'k8s-deploy/keep': 'true' } },
  19: { labels: { 'k8s-deploy/pull-request': 'x' } },
  20: { labels: { 'k8s-deploy/expires': 'x' } },
  21: { labels: { 'k8s-deploy/repository-id': '1' } },
  22: { labels: { 'k8s-deploy/repository-id': '1' } },
  23: { labels: { 'k8s-deploy/preview': undefined } },
};
const CLOSED = [7, 8, 9, 10, 11, 16, 18, 21, 22, 23];
const GOING = [7, 8, 9, 11, 12, 13, 14, 15];
const REOPENED = 18;

let previews: PreviewScene;
before(async () => {
  previews = await openPreviewScene('sweep');
  const { repository, scene } = previews;
  for (const number of numbers(1, 30).filter((one) => one !== 14 && one !== 15)) {
    const labels = number === 16 ? ['Keep-Preview'] : [];
    repository.openPullRequest({ number, labels, state: CLOSED.includes(number) ? 'closed' : 'open' });
  }
  scene.write('small/app.yaml', configMapText('settings', { mode: 'one' }));
  const deploy = await previews.deploy(12, { inputs: { manifests: 'small', ttl: '1s' } });
  assert.equal(deploy.exitCode, 0, deploy.log);
  scene.addNamespace(name(12));
  const others = numbers(1, 30).filter((number) => number !== 12);
  await previews.create(...others.map((number) => previews.namespaceOf(number, OTHERS[number])));
  const held = { name: 'held', namespace: name(10), finalizers: [HOLD] };
  await previews.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: held });
});
after(async () => {
  await release().catch(() => undefined);
  await previews.scene.close();
});

const name = (number: number): string => `${previews.app}-pr-${number}`;
const release = async (): Promise<unknown> =>
  previews.preview(10).kubectl(['patch', 'configmap/held', '--patch={"metadata":{"finalizers":null}}']);
const sweep = async (wish: Wish = {}): Promise<Deploy> =>
  previews.sweep({ ...wish, inputs: { app: '', timeout: '15s', ...wish.inputs } });
const said = ({ exitCode, outputs }: Deploy): readonly unknown[] => [exitCode, outputs['result'], outputs['reason']];

/** The numbers of the namespaces of this test that are there and not on their way out. */
async function present(): Promise<readonly number[]> {
  const text = await previews.scene.cluster.kubectl(['get', 'namespaces', '--output=json']);
  return objectsAt(JSON.parse(text), 'items')
    .filter((namespace) => textAt(namespace, 'status', 'phase') === 'Active')
    .flatMap(
      (namespace) =>
        new RegExp(`^${previews.app}-pr-(\\d+)$`).exec(textAt(namespace, 'metadata', 'name') ?? '')?.[1] ?? [],
    )
    .map(Number)
    .toSorted((one, other) => one - other);
}

/** "7 closed removed" of each namespace in the output. */
function removed({ outputs }: Deploy): readonly string[] {
  return objectsAt(JSON.parse(`{"list":${outputs['removed'] ?? '[]'}}`), 'list').map((one) =>
    [textAt(one, 'namespace')?.split('-').at(-1), textAt(one, 'why'), textAt(one, 'outcome')].join(' '),
  );
}

const GOES = [
  ...[7, 8, 9, 10, 11].map((number) => `${number} closed`),
  ...[12, 13].map((number) => `${number} expired`),
  ...[14, 15].map((number) => `${number} orphaned`),
  `${REOPENED} closed`,
].toSorted();

test('a dry run lists what would go and what stays, with the reasons, and removes nothing', async () => {
  const deploy = await sweep({ inputs: { 'dry-run': 'true' } });

  assert.deepEqual([...said(deploy), deploy.outputs['changed']], [0, 'succeeded', '', 'false'], deploy.log);
  assert.deepEqual(
    removed(deploy).toSorted(),
    GOES.map((one) => `${one} would-be-removed`),
  );
  assert.match(deploy.log, /^succeeded: 10 previews would be removed, 17 stay$/m);
  for (const [number, why] of [
    [1, 'open: until \\S+Z'],
    [16, 'closed: pull request 16 is closed, and it has the label keep-preview'],
    [17, 'open, expired: the preview of pull request 17 has expired, and the namespace is marked k8s-deploy/keep'],
    [20, 'not known: when it expires cannot be read'],
  ] as const) {
    assert.match(
      deploy.log,
      new RegExp(`^kept +${name(number)} \\(pull request ${number}: ${why.replace(': ', '\\): ')}$`, 'm'),
    );
  }
  assert.match(
    deploy.log,
    /^kept .* \(pull request not known: not known\): its label k8s-deploy\/pull-request is no number$/m,
  );
  assert.doesNotMatch(deploy.log, /-pr-2[123]\b/);
  assert.deepEqual([deploy.changes, await present()], [[], numbers(1, 30)]);
});

test('one app can be looked at alone', async () => {
  const deploy = await sweep({ inputs: { 'dry-run': 'true', app: 'blog' } });

  assert.deepEqual(removed(deploy), ['11 closed would-be-removed'], deploy.log);
});

describe('where GitHub cannot be asked, nothing is removed:', () => {
  for (const [what, fault, scope, says] of [
    [
      'it fails for one pull request',
      { kind: 'status', status: 502 },
      { route: PULLS, only: 8 },
      /^failed: Nothing is removed: GitHub could not be asked about pull request 8 of org\/app: GitHub answered 502$/m,
    ],
    [
      'it knows the token no more',
      { kind: 'status', status: 401 },
      { route: REPOSITORY },
      /^failed: Nothing .* about org\/app: GitHub does not accept the token: Bad credentials$/m,
    ],
    [
      'it does not show the repository',
      { kind: 'status', status: 404 },
      { route: REPOSITORY },
      /^failed: Nothing .* about org\/app: GitHub answered 404: it is not there, or the token may not see it$/m,
    ],
    [
      'the token may not ask about pull requests',
      { kind: 'status', status: 403 },
      { route: PULLS },
      /^ {2}- pull request 1: the token lacks pull-requests: read$/m,
    ],
    [
      'too much was asked',
      { kind: 'rate-limit', limit: 'primary', seconds: 3000 },
      { route: PULLS },
      /^ {2}- pull request 1: GitHub answered 403, too many requests \(it asks for \d+ s of patience\)$/m,
    ],
  ] as readonly (readonly [
    string,
    GitHubFault,
    { readonly route: typeof PULLS | typeof REPOSITORY; readonly only?: number },
    RegExp,
  ])[]) {
    test(what, async () => {
      const { github } = previews.scene;
      const { route, only } = scope;
      github.fail(fault, { route, matches: ({ path }) => only === undefined || path.endsWith(`/${only}`) });

      const deploy = await sweep();
      github.heal();

      assert.deepEqual(
        [...said(deploy), deploy.outputs['changed']],
        [1, 'failed', 'github-unavailable', 'false'],
        deploy.log,
      );
      assert.match(deploy.log, /^failed: Nothing is removed: GitHub could not be asked about /m);
      assert.match(deploy.log, says);
      assert.deepEqual([deploy.changes, deploy.outputs['removed'], await present()], [[], '[]', numbers(1, 30)]);
    });
  }

  test('it speaks of another repository', async () => {
    const deploy = await sweep({ runner: { GITHUB_REPOSITORY_ID: '1' } });

    assert.deepEqual(said(deploy), [1, 'failed', 'github-unavailable'], deploy.log);
    assert.match(
      deploy.log,
      /^failed: Nothing is removed: org\/app is repository \d+ on GitHub, and this run is of repository 1$/m,
    );
    assert.deepEqual([deploy.changes, await present()], [[], numbers(1, 30)]);
  });
});

test('an account that may not list namespaces is told what it lacks', async () => {
  const deploy = await sweep({ inputs: { kubeconfig: kubeconfigAs('nobody', previews.scene) } });

  assert.deepEqual(said(deploy), [1, 'failed', 'access-denied'], deploy.log);
  assert.match(
    deploy.log,
    /^failed: The kubeconfig's user may not list namespaces: .* cannot list resource "namespaces"/m,
  );
  assert.match(deploy.log, /Give the user a ClusterRole that may list, get and delete namespaces/);
});

test('the previews of closed, expired and missing pull requests go; one that was opened again stays, and one that is stuck is told', async () => {
  let asked = 0;
  previews.scene.github.fail(
    { kind: 'status', status: 500 },
    {
      matches: ({ path }) => {
        asked += path.endsWith(`/pulls/${REOPENED}`) ? 1 : 0;
        if (asked === 2) {
          previews.repository.changePullRequest(REOPENED, { state: 'open' });
        }
        return false;
      },
    },
  );

  const deploy = await sweep();
  previews.scene.github.heal();

  assert.deepEqual([...said(deploy), deploy.outputs['changed']], [1, 'failed', 'preview-stuck', 'true'], deploy.log);
  assert.match(
    deploy.log,
    new RegExp(`^failed: the namespace ${name(10)} is still there: .*configmaps/held \\(${HOLD}\\)$`, 'm'),
  );
  const gone = GOES.filter((one) => !one.startsWith('10 ') && !one.startsWith(`${REOPENED} `));
  assert.deepEqual(removed(deploy).toSorted(), ['10 closed stuck', ...gone.map((one) => `${one} removed`)].toSorted());
  assert.deepEqual(
    await present(),
    numbers(1, 30).filter((number) => ![...GOING, 10].includes(number)),
  );
  assert.equal(deploy.changes.length, 9, deploy.changes.join('\n'));
  assert.deepEqual(
    previews.deployments(12).map(({ state }) => state),
    ['inactive'],
  );
  const rows = deploy.summary.split('\n').filter((line) => line.startsWith(`| \`${previews.app}-pr-`));
  assert.equal(rows.length, 27);
  assert.match(rows[0] ?? '', /-pr-10` \| 10 \| ❌ stuck \| closed: /);
  assert.match(
    deploy.summary,
    new RegExp(`${name(REOPENED)}\` \\| ${REOPENED} \\| stays \\| open: meanwhile: its pull request was opened again`),
  );
});

test('what is held is swept once somebody has looked after it, and then there is nothing to do', async () => {
  await release();

  const deploy = await sweep();
  const again = await sweep();

  assert.deepEqual(said(deploy), [0, 'succeeded', ''], deploy.log);
  assert.match(removed(deploy).join(), /^10 closed (removed|gone)$|^$/);
  assert.deepEqual([said(again), again.outputs['removed'], again.changes], [[0, 'succeeded', ''], '[]', []], again.log);
  assert.match(again.log, /^succeeded: 18 previews stay$/m);
});

test('GitHub was asked for nothing that it does not have, and nothing is left', () => {
  const { scene } = previews;
  assert.deepEqual([scene.github.mistakes(), scene.github.defects()], [[], []]);
  scene.assertNothingLeft();
});
