import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createGitHub } from '../../../src/adapters/github.ts';
import { readInputs } from '../../../src/inputs/read.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import type { RemovalFact } from '../../../src/preview/facts.ts';
import { createJournal } from '../../../src/report/journal.ts';
import { newRun, type Run } from '../../../src/steps/run.ts';
import { tellRemoved } from '../../../src/steps/tell-removed.ts';
import { JOB, openFakeGitHub, type Permissions } from '../../support/fake-github/fake-github.ts';
import { fakePorts, instantClock } from '../../support/fake-ports.ts';
import { FakeUi } from '../../support/fake-ui.ts';
import { FACTS } from '../../support/runner-facts.ts';

const PREVIEW = '<!-- k8s-deploy: preview shop -->\nDeployed';

type Swept = { readonly run: Run; readonly bodies: (number: number) => readonly string[] };

/** A sweep of the previews of shop, with comments on the pull requests 1 and 2, and another one on 3. */
async function sweeping(t: TestContext, inputs: Record<string, string>, permissions: Permissions): Promise<Swept> {
  const github = await openFakeGitHub();
  t.after(async () => github.close());
  const app = github.repository('org/app');
  [1, 2, 3].forEach((number) => app.openPullRequest({ number, state: 'closed' }));
  [1, 2].forEach((number) => app.addComment(number, JOB, PREVIEW));
  app.addComment(3, JOB, 'Well done');
  const given = { command: 'sweep', app: 'shop', kubeconfig: 'kc', ...inputs };
  const token = github.jobToken(permissions);
  const facts = { ...FACTS, repository: 'org/app', repositoryId: '1', apiUrl: github.url };
  const clock = instantClock();
  const ports = fakePorts({ github: createGitHub(), clock });
  const plan = makePlan(readInputs({ ...given, 'github-token': token }), facts);
  const run = newRun(plan, ports, createJournal(new FakeUi(), clock));
  return { run, bodies: (number) => app.comments(number).map(({ body }) => body) };
}

const removal = (pullRequest: number | undefined, more: Partial<RemovalFact> = {}): RemovalFact => ({
  namespace: `shop-pr-${pullRequest ?? 'x'}`,
  app: 'shop',
  pullRequest,
  why: 'closed',
  outcome: 'removed',
  detail: undefined,
  ...more,
});

const WRITE = { 'pull-requests': 'write' } as const;

test('the comment about a preview that a sweep has removed says so; where there is none, none is made', async (t) => {
  const { run, bodies } = await sweeping(t, {}, WRITE);
  await tellRemoved([removal(1), removal(2, { outcome: 'kept' }), removal(3)], run);

  const [first, ...others] = bodies(1);
  assert.deepEqual(others, []);
  assert.match(
    first ?? '',
    /^<!-- k8s-deploy: preview shop -->\n### ✅ The preview of pull request 1, .* was removed\n/,
  );
  assert.deepEqual([bodies(2), bodies(3)], [[PREVIEW], ['Well done']]);
  assert.deepEqual(run.journal.facts().untold, []);
});

test('of a pull request that does not exist, or whose number is not known, nobody is told', async (t) => {
  const { run } = await sweeping(t, {}, WRITE);
  await tellRemoved([removal(9, { why: 'orphaned' }), removal(undefined)], run);
  assert.deepEqual(run.journal.facts().untold, []);
});

test('with comment: off the comments stay as they are', async (t) => {
  const { run, bodies } = await sweeping(t, { comment: 'off' }, WRITE);
  await tellRemoved([removal(1)], run);
  assert.deepEqual(bodies(1), [PREVIEW]);
});

test('a token that may only read is told once, however many previews were removed', async (t) => {
  const { run, bodies } = await sweeping(t, {}, { 'pull-requests': 'read' });
  await tellRemoved([removal(1), removal(2)], run);
  assert.deepEqual(
    run.journal.facts().untold.map(({ title, why }) => `${title}: ${why}`),
    [
      'The comment on pull request 1 does not say that shop-pr-1 is removed: the token lacks issues: write or pull-requests: write',
    ],
  );
  assert.deepEqual([bodies(1), bodies(2)], [[PREVIEW], [PREVIEW]]);
});
