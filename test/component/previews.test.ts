import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createGitHub } from '../../src/adapters/github.ts';
import { textAt } from '../../src/values/json.ts';
import { event, HEAD, pullRequestPayload } from '../support/event-payloads.ts';
import { openFakeGitHub, type FakeGitHub, type FakeRepository } from '../support/fake-github/fake-github.ts';
import { APP, KUBECONFIG, openShop, type Deployed, type Shop } from './deploying.ts';

/** Previews where something happens at the wrong moment. */

const TOKEN = 'ghs_token';
const NAMESPACE = '/api/v1/namespaces/shop-pr-7';
const MARKS = {
  'k8s-deploy/preview': 'shop',
  'k8s-deploy/repository-id': '4711',
  'k8s-deploy/pull-request': '7',
  'k8s-deploy/expires': '19700108T000000Z',
};
const DEPLOY = { manifests: 'k8s', vars: 'API_KEY', preview: 'true' };
const DESTROY = { command: 'destroy', preview: 'true' };
const FORBIDDEN = { kind: 'Status', status: 'Failure', code: 403, message: 'namespaces is forbidden' };

let github: FakeGitHub;
let repository: FakeRepository;
let shop: Shop;
beforeEach(async () => {
  github = await openFakeGitHub(TOKEN);
  repository = github.repository('org/app', { id: 4711, hasEveryCommit: true });
  repository.openPullRequest({ number: 7 });
  shop = openShop();
  await shop.write('k8s/server.yaml', APP['k8s/server.yaml'].replace('ghcr.io/org/server', 'server:1.0'));
  shop.github = createGitHub();
  shop.facts = { apiUrl: github.url, event: event('pull_request', pullRequestPayload('here'), HEAD) };
});
afterEach(async () => {
  assert.deepEqual([github.mistakes(), github.defects()], [[], []]);
  await github.close();
});

const run = async (inputs: Readonly<Record<string, string>>): Promise<Deployed> => {
  const whose: Readonly<Record<string, string>> = inputs['command'] === 'sweep' ? {} : { app: 'shop' };
  return shop.deploy({ kubeconfig: KUBECONFIG, 'github-token': TOKEN, timeout: '60s', ...whose, ...inputs });
};
const said = ({ outcome }: Deployed): readonly unknown[] => [outcome.result, outcome.reason];
const comment = (): string => repository.comments(7)[0]?.body ?? '';
const states = (): readonly string[] => repository.deployments().map(({ state }) => state);
const lines = ({ ui }: Deployed, pattern: RegExp): readonly string[] => ui.lines.filter((line) => pattern.test(line));

/** The namespace as somebody made it; with `held` it stays when it is deleted. */
function makeNamespace(labels: Readonly<Record<string, string>> = MARKS, annotations = {}, name = 'shop-pr-7'): void {
  const metadata = { name, labels, annotations };
  shop.cluster.store(`/api/v1/namespaces/${name}`, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata,
    status: { phase: 'Active' },
  });
}

/** Before the question whether the pull request is open is answered for the nth time. */
function atQuestion(nth: number, act: () => void): void {
  let asked = 0;
  const matches = ({ path }: { readonly path: string }): boolean => {
    asked += path.endsWith('/pulls/7') ? 1 : 0;
    if (asked === nth && path.endsWith('/pulls/7')) {
      act();
    }
    return false;
  };
  github.fail({ kind: 'status', status: 500 }, { matches });
}

const closeIt = (): unknown => repository.changePullRequest(7, { state: 'closed' });

test('a namespace that stays while it is deleted: what holds it is told after two minutes, and nothing is built or changed', async () => {
  makeNamespace(MARKS, { held: 'true' });
  shop.cluster.leave(NAMESPACE);

  const deploy = await run(DEPLOY);

  assert.deepEqual(said(deploy), ['failed', 'namespace-terminating'], deploy.outcome.verdict);
  assert.equal(
    deploy.outcome.verdict,
    'The namespace shop-pr-7 is being deleted, and did not go within 120 s: it is being deleted, and nothing says what holds it',
  );
  assert.match(deploy.outcome.hint ?? '', /deploy again when it is gone/);
  assert.equal(shop.clock.elapsed() >= 120_000, true);
  assert.deepEqual(deploy.changing, []);
  assert.match(comment(), /^The namespace of the preview of pull request 7 is shop-pr-7\.$/m);
});

test('a namespace that is somebody else’s by the time the old one is gone is not touched', async () => {
  makeNamespace(MARKS, { held: 'true' });
  shop.cluster.leave(NAMESPACE);
  const sleep = shop.clock.sleep.bind(shop.clock);
  shop.clock.sleep = async (milliseconds, wake) => {
    if (textAt(shop.cluster.object(NAMESPACE), 'metadata', 'deletionTimestamp') !== undefined) {
      shop.cluster.remove(NAMESPACE);
      makeNamespace({});
    }
    return sleep(milliseconds, wake);
  };

  const deploy = await run(DEPLOY);

  assert.deepEqual(said(deploy), ['failed', 'preview-foreign'], deploy.outcome.verdict);
  assert.deepEqual([deploy.changing, deploy.outputs['namespace']], [[], '']);
});

test('a pull request that the event says is closed has no preview, whoever may be asked', async () => {
  const payload = pullRequestPayload('here', { state: 'closed' });
  shop.facts = { ...shop.facts, event: event('pull_request', { ...payload, action: 'closed' }, HEAD) };

  const deploy = await run({ ...DEPLOY, 'github-token': '' });

  assert.deepEqual(said(deploy), ['superseded', 'preview-closed'], deploy.outcome.verdict);
  assert.deepEqual([deploy.commands, github.requests()], [[], []]);
});

test('closed while it was deployed: namespace and deployments go, those of earlier commits too', async () => {
  assert.deepEqual(said(await run(DEPLOY)), ['succeeded', undefined]);
  assert.match(comment(), /The preview of pull request 7 is in the namespace shop-pr-7\. It lives until /);
  atQuestion(2, closeIt);

  const deploy = await run(DEPLOY);

  assert.deepEqual(said(deploy), ['superseded', 'preview-closed'], deploy.outcome.verdict);
  assert.equal(shop.cluster.object(NAMESPACE), undefined);
  assert.deepEqual(states(), ['inactive', 'inactive']);
  assert.match(comment(), /Pull request 7 was closed meanwhile: its namespace shop-pr-7 is removed\./);
});

test('closed while it was deployed, and removed by the run of that event already', async () => {
  atQuestion(2, () => {
    closeIt();
    shop.cluster.leave(NAMESPACE);
  });

  const deploy = await run(DEPLOY);

  assert.deepEqual(said(deploy), ['superseded', 'preview-closed'], deploy.outcome.verdict);
  assert.deepEqual([states(), deploy.outputs['removed']], [['inactive'], '[]']);
  assert.match(comment(), /Pull request 7 was closed meanwhile/);
});

test('an API server that is lost once everything is rolled out costs the address, not the deploy', async () => {
  atQuestion(2, () => {
    shop.cluster.isAway = true;
  });

  const deploy = await run(DEPLOY);

  assert.deepEqual(said(deploy), ['succeeded', undefined], deploy.outcome.verdict);
  assert.equal(lines(deploy, /^warning: Where the preview is found is not known: /).length, 1);
  assert.deepEqual(states(), ['success']);
});

test('destroy without the right to look: it is not said that the namespace is still there', async () => {
  makeNamespace();
  shop.world.before = (words) => {
    if (words.startsWith('delete')) {
      shop.cluster.refuse('/namespaces/shop-pr-7', FORBIDDEN);
    }
  };

  const destroy = await run(DESTROY);

  assert.deepEqual(said(destroy), ['failed', 'preview-stuck'], destroy.outcome.verdict);
  assert.match(
    destroy.outcome.verdict,
    /^the namespace shop-pr-7 was deleted, and whether it is gone could not be seen: /,
  );
  assert.equal(destroy.outputs['changed'], 'true');
  assert.deepEqual([repository.comments(7), states()], [[], []]);
});

test('destroy of a namespace that was made anew since it was looked at leaves that alone, and says that it is there', async () => {
  makeNamespace();
  shop.world.before = (words) => {
    if (words.startsWith('delete')) {
      shop.cluster.remove(NAMESPACE);
      makeNamespace();
    }
  };

  const destroy = await run(DESTROY);

  assert.deepEqual(said(destroy), ['succeeded', undefined]);
  assert.equal(destroy.outcome.verdict, 'The preview of pull request 7, the namespace shop-pr-7, is still there');
  assert.equal(destroy.outputs['changed'], 'false');
  assert.notEqual(shop.cluster.object(NAMESPACE), undefined);
});

test('destroy and sweep with a token that may not write deployments are green, and say what GitHub was not told', async () => {
  await run(DEPLOY);
  const token = github.jobToken({ 'pull-requests': 'write' });
  const destroy = await run({ ...DESTROY, 'github-token': token });
  assert.deepEqual(said(destroy), ['succeeded', undefined], destroy.outcome.verdict);
  assert.match(comment(), /The preview of pull request 7, the namespace shop-pr-7, was removed/);
  makeNamespace();
  closeIt();

  const sweep = await run({ command: 'sweep', 'github-token': token });

  assert.deepEqual(said(sweep), ['succeeded', undefined], sweep.outcome.verdict);
  assert.equal(sweep.outcome.verdict, '1 preview was removed');
  for (const told of [destroy, sweep]) {
    const warnings = lines(
      told,
      /^warning: The deployments of shop-pr-7 on GitHub are not marked as inactive: the token lacks deployments: (read|write)$/,
    );
    assert.equal(warnings.length, 1, told.ui.lines.join('\n'));
  }
});

test('a sweep whose deployments GitHub does not take any more tries two, and names the number of the rest', async () => {
  const numbers = [11, 12, 13, 14, 15];
  for (const number of numbers) {
    repository.openPullRequest({ number });
    repository.changePullRequest(number, { state: 'closed' });
    makeNamespace({ ...MARKS, 'k8s-deploy/pull-request': String(number) }, {}, `shop-pr-${number}`);
  }
  const asked = github.requests().length;

  const sweep = await run({ command: 'sweep', 'github-token': github.jobToken({ 'pull-requests': 'write' }) });

  assert.equal(sweep.outcome.verdict, '5 previews were removed');
  assert.deepEqual(
    lines(sweep, /^warning: The deployments of /).map((line) => line.replace(/ on GitHub .*/, '')),
    [
      'warning: The deployments of shop-pr-11',
      'warning: The deployments of shop-pr-12',
      'warning: The deployments of 3 more previews',
    ],
  );
  const questions = github.requests().slice(asked);
  assert.equal(questions.filter(({ path }) => path.includes('/deployments')).length, 2);
});

test('destroy for the pull request of a fork, which never had a preview, needs no secret', async () => {
  const payload = pullRequestPayload('a fork', { state: 'closed' });
  shop.facts = { ...shop.facts, event: event('pull_request', { ...payload, action: 'closed' }, HEAD) };

  const destroy = await run({ ...DESTROY, kubeconfig: '', 'github-token': '' });

  assert.deepEqual(said(destroy), ['succeeded', undefined], destroy.outcome.verdict);
  assert.match(destroy.outcome.verdict, /^Nothing was removed: the pull request comes from a fork, /);
});
