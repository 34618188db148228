import assert from 'node:assert/strict';
import { test } from 'node:test';
import { previewPlan, sweepPlan } from '../../../src/plan/preview-plan.ts';

type PreviewInputs = Parameters<typeof previewPlan>[0];
type SweepInputs = Parameters<typeof sweepPlan>[0];

const FACTS = {
  event: { name: 'push', payload: {}, sha: 'c'.repeat(40) },
  repository: 'org/app',
  repositoryId: '4711',
  apiUrl: 'https://api.github.com',
};

const INPUTS: PreviewInputs & SweepInputs = {
  command: 'deploy',
  preview: { kind: 'of-event' },
  app: 'shop',
  ttl: 3600,
  previewQuota: [],
  previewLimits: [],
  previewNetwork: 'open',
  previewAllowFrom: [],
  keepLabel: 'keep-preview',
  dryRun: true,
  githubToken: 'ghs_x',
  timeout: 600,
};

const EVENT = { pullRequest: { number: 7 } };

test('a preview is of the pull request of the event, or of the number that is given', () => {
  const { plan, problems } = previewPlan(INPUTS, FACTS, EVENT);
  assert.deepEqual(problems, []);
  assert.deepEqual(plan, {
    app: 'shop',
    pullRequest: 7,
    namespace: 'shop-pr-7',
    repository: 'org/app',
    repositoryId: '4711',
    ttlSeconds: 3600,
    guards: { quota: [], limits: [], network: 'open', allowFrom: [] },
    keepLabel: 'keep-preview',
  });
  const given = previewPlan({ ...INPUTS, preview: { kind: 'of-number', pullRequest: 9 } }, FACTS, EVENT);
  assert.equal(given.plan?.namespace, 'shop-pr-9');
  const unnamed = previewPlan({ ...INPUTS, app: undefined }, FACTS, EVENT);
  assert.equal(unnamed.plan?.namespace, 'app-pr-7');
});

test('there is a preview only where one is asked for, and destroy always asks', () => {
  for (const [command, kind, isPlanned] of [
    ['deploy', 'off', false],
    ['plan', 'of-event', true],
    ['destroy', 'off', true],
    ['sweep', 'of-event', false],
    ['matrix', 'of-event', false],
  ] as const) {
    const { plan, problems } = previewPlan({ ...INPUTS, command, preview: { kind } }, FACTS, EVENT);
    assert.equal(plan !== undefined, isPlanned, command);
    assert.deepEqual(problems, []);
  }
});

test('all that is missing or makes no sense is told at once', () => {
  const inputs: PreviewInputs = {
    ...INPUTS,
    ttl: 4000 * 86_400,
    previewQuota: [
      { resource: 'pods', amount: '2' },
      { resource: 'pods', amount: '3' },
    ],
    previewLimits: [
      { resource: 'requests.cpu', amount: '2' },
      { resource: 'default', amount: '2' },
      { resource: 'default.example.com/gpu', amount: '2' },
    ],
  };
  const { plan, problems } = previewPlan(
    inputs,
    { ...FACTS, repository: '', repositoryId: '' },
    { pullRequest: undefined },
  );
  assert.equal(plan, undefined);
  assert.deepEqual(
    problems.map(({ message }) => message),
    [
      'preview: the event push does not say which pull request it is about',
      'the runner does not say which repository this is',
      'the runner does not say the id of the repository',
      'ttl: is more than ten years',
      'preview-limits: "requests.cpu" is no limit of a container',
      'preview-limits: "default" is no limit of a container',
      'preview-quota: pods is there twice',
    ],
  );
  assert.ok(problems.every(({ hint }) => hint !== undefined));
});

test('a sweep needs a token and the repository', () => {
  const sweep: SweepInputs = { ...INPUTS, command: 'sweep' };
  assert.deepEqual(sweepPlan(sweep, FACTS), {
    plan: {
      app: 'shop',
      repository: 'org/app',
      repositoryId: '4711',
      keepLabel: 'keep-preview',
      isDryRun: true,
      access: { apiUrl: 'https://api.github.com', token: 'ghs_x', owner: 'org', repo: 'app' },
      timeoutSeconds: 600,
    },
    problems: [],
  });
  assert.deepEqual(sweepPlan(INPUTS, FACTS), { plan: undefined, problems: [] });
  const { plan, problems } = sweepPlan({ ...sweep, githubToken: '' }, { ...FACTS, repositoryId: 'x' });
  assert.equal(plan, undefined);
  assert.deepEqual(
    problems.map(({ message }) => message),
    [
      'github-token: sweep has to ask GitHub which pull requests are open',
      'the runner does not say the id of the repository',
    ],
  );
});
