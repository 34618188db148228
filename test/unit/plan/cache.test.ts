import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInputs, type GivenInputs } from '../../../src/inputs/read.ts';
import type { CachePlan } from '../../../src/plan/build-slices.ts';
import { cacheScopes } from '../../../src/plan/cache.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import type { RunnerFacts } from '../../../src/plan/runner-facts.ts';
import { FACTS, SHA } from '../../support/runner-facts.ts';

const repository = { default_branch: 'main' };
const pull = (base: string) => ({ repository, pull_request: { number: 7, head: { sha: SHA }, base: { ref: base } } });
const workflowRun = (fields: object) => ({
  repository,
  workflow_run: { event: 'push', head_branch: 'main', head_repository: { full_name: 'org/app' }, ...fields },
});

const TABLE: readonly (readonly [
  says: string,
  event: string,
  ref: string,
  payload: unknown,
  reads: readonly string[],
  writes: string | undefined,
])[] = [
  ['a push to main', 'push', 'refs/heads/main', { repository }, ['main'], 'main'],
  ['a push to a branch', 'push', 'refs/heads/dev', { repository }, ['dev', 'main'], 'dev'],
  [
    'a branch whose name no tag has',
    'push',
    'refs/heads/a/b',
    { repository },
    ['a-b-3a8e75c1', 'main'],
    'a-b-3a8e75c1',
  ],
  [
    'a branch called like a scope',
    'push',
    'refs/heads/pr-7',
    { repository },
    ['branch-pr-7-e32967d8', 'main'],
    'branch-pr-7-e32967d8',
  ],
  ['a branch, default unknown', 'push', 'refs/heads/dev', {}, ['dev'], 'dev'],
  ['a run by hand', 'workflow_dispatch', 'refs/heads/dev', { repository }, ['dev', 'main'], 'dev'],
  ['a pull request', 'pull_request', 'refs/pull/7/merge', pull('main'), ['pr-7', 'main'], 'pr-7'],
  ['a pull request to a branch', 'pull_request', 'refs/pull/7/merge', pull('dev'), ['pr-7', 'dev', 'main'], 'pr-7'],
  ['its target', 'pull_request_target', 'refs/heads/main', pull('main'), ['pr-7', 'main'], 'pr-7'],
  ['a Git tag', 'push', 'refs/tags/v1', { repository }, ['main'], undefined],
  ['a release', 'release', 'refs/tags/v1', { repository }, ['main'], undefined],
  ['a schedule', 'schedule', 'refs/heads/main', {}, ['main'], 'main'],
  [
    'a merge queue',
    'merge_group',
    'refs/heads/gh-readonly-queue/dev/pr-7-abc',
    { repository, merge_group: { base_ref: 'refs/heads/dev' } },
    ['dev', 'main'],
    undefined,
  ],
  ['a deployment of a branch', 'deployment', 'refs/heads/dev', { repository }, ['main'], undefined],
  ['what follows a push', 'workflow_run', 'refs/heads/main', workflowRun({}), ['main'], 'main'],
  [
    'what follows a pull request',
    'workflow_run',
    'refs/heads/main',
    workflowRun({ event: 'pull_request' }),
    ['main'],
    undefined,
  ],
  [
    'what follows another branch',
    'workflow_run',
    'refs/heads/main',
    workflowRun({ head_branch: 'dev' }),
    ['main'],
    undefined,
  ],
  [
    'what follows a fork',
    'workflow_run',
    'refs/heads/main',
    workflowRun({ head_repository: { full_name: 'evil/app' } }),
    ['main'],
    undefined,
  ],
];

for (const [says, name, ref, payload, reads, writes] of TABLE) {
  test(`${says} reads the caches ${reads.join()} and writes ${writes ?? 'none'}`, () => {
    assert.deepEqual(cacheScopes({ ...FACTS, event: { name, payload, sha: SHA }, ref }), { reads, writes });
  });
}

const cache = (given: GivenInputs, facts: RunnerFacts = FACTS): CachePlan | undefined => {
  const { images } = makePlan(readInputs({ image: 'ghcr.io/org/app', context: '.', ...given }), facts);
  return images.kind === 'build' ? images.build.cache : undefined;
};
const SCOPES = { reads: ['main'], writes: 'main' };
const FOLDER = '/opt/tools/k8s-deploy-cache/org-app-23487361';

test('the cache is beside the image unless something else is said', () => {
  const auto = { kind: 'auto', repository: 'ghcr.io/org/app', ...SCOPES, folder: FOLDER };
  assert.deepEqual(cache({}), auto);
  assert.deepEqual(cache({ 'cache-repository': 'ghcr.io/org/cache' }), { ...auto, repository: 'ghcr.io/org/cache' });
  assert.deepEqual(cache({ cache: 'local', 'cache-folder': 'c' }), {
    ...auto,
    kind: 'local',
    folder: '/checkout/app/c',
  });
  assert.deepEqual(cache({ cache: 'off' }), { kind: 'off' });
  assert.deepEqual(cache({ 'cache-from': 'type=gha' }), { kind: 'raw', from: ['type=gha'], to: [] });
});
