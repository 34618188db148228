import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { retireAll, retireOthers } from '../../../src/github/deployments.ts';
import type { DeploymentPlan } from '../../../src/plan/github-slices.ts';
import { DEPLOYMENTS, repository, STATUSES, type Repository } from './fake-deployments.ts';
import { ACCESS, answer, lost, RESET, status } from './play.ts';

const PLAN: DeploymentPlan = {
  mode: 'on',
  environment: 'prod',
  task: 'deploy:shop',
  sha: 'a'.repeat(40),
  ref: 'main',
  isTransient: false,
  isProduction: true,
  url: undefined,
  logUrl: 'https://github.com/org/app/actions/runs/7',
  runId: '7',
  payload: {},
};
const TOLD = { kind: 'told', url: undefined };

const others = async ({ ports }: Repository, currentId: number) => retireOthers(PLAN, ACCESS, currentId, ports);
const all = async ({ ports }: Repository) => retireAll(ACCESS, PLAN, ports);

/** Deployments of the plan in these states, the oldest first. */
function repositoryWith(...states: readonly string[]): Repository {
  const repo = repository();
  states.forEach((state) => repo.add({}, { state }));
  return repo;
}

test('earlier ones that are live or were left behind become inactive; what failed stays failed', async () => {
  const repo = repositoryWith('success', 'failure', 'error', 'inactive', 'in_progress', 'success');
  repo.add({});
  assert.deepEqual(await others(repo, 7), TOLD);
  assert.deepEqual(repo.states(), ['inactive', 'failure', 'error', 'inactive', 'inactive', 'inactive', undefined]);
  assert.equal(repo.deployments[3]?.statuses.length, 1);
  assert.equal(repo.deployments[0]?.statuses[1]?.['auto_inactive'], false);
});

test('later ones, other apps and other environments are left alone', async () => {
  const repo = repository();
  repo.add({ task: 'deploy:other' }, { state: 'success' });
  repo.add({ environment: 'test' }, { state: 'success' });
  repo.add({ task: 'deploy' }, { state: 'success' });
  repo.add({}, { state: 'success' });
  repo.add({}, { state: 'success' });
  assert.deepEqual(await others(repo, 4), TOLD);
  assert.deepEqual(repo.states(), ['success', 'success', 'success', 'success', 'success']);
});

test('a server that does not filter is not believed', async () => {
  const repo = repository();
  repo.add({ task: 'deploy:other' }, { state: 'success' });
  repo.fail(`GET ${DEPLOYMENTS}`, { outcome: answer(200, [{ id: 1, environment: 'prod', task: 'deploy:other' }]) });
  await all(repo);
  assert.deepEqual(repo.states(), ['success']);
});

test('250 that are live are found on all pages', async () => {
  const repo = repositoryWith(...Array.from({ length: 250 }, () => 'success'));
  assert.deepEqual(await others(repo, 999), TOLD);
  assert.ok(repo.states().every((state) => state === 'inactive'));
});

test('a long history is not read to its beginning', async () => {
  const repo = repositoryWith(...Array.from({ length: 400 }, () => 'inactive'), 'success', 'success');
  await others(repo, 402);
  assert.deepEqual(repo.states().slice(-2), ['inactive', 'success']);
  assert.ok(repo.asked.length < 30, `${repo.asked.length} requests`);
});

test('many that failed do not hide the one that is live', async () => {
  const repo = repositoryWith('success', ...Array.from({ length: 25 }, () => 'failure'));
  await others(repo, 999);
  assert.equal(repo.states()[0], 'inactive');
});

test('of what is removed nothing stays, also not what failed', async () => {
  const repo = repositoryWith('failure', 'inactive', 'success', 'in_progress');
  repo.add({});
  repo.add({ task: 'deploy:other' }, { state: 'success' });
  assert.deepEqual(await all(repo), TOLD);
  assert.deepEqual(repo.states(), ['inactive', 'inactive', 'inactive', 'inactive', 'inactive', 'success']);
});

test('nothing there is no trouble', async () => {
  assert.deepEqual(await all(repository()), TOLD);
});

describe('trouble', () => {
  for (const [route, outcome, why] of [
    [`GET ${DEPLOYMENTS}`, answer(403), 'the token lacks deployments: write'],
    [`GET ${STATUSES}`, answer(403), 'the token lacks deployments: write'],
    [`POST ${STATUSES}`, answer(403), 'the token lacks deployments: write'],
  ] as const) {
    test(`403 for ${route}`, async () => {
      const repo = repositoryWith('success', 'success');
      repo.fail(route, { outcome });
      assert.deepEqual(await all(repo), { kind: 'untold', why });
    });
  }

  test('halfway: the oldest are done, so that the next finds the rest at once', async () => {
    const repo = repositoryWith('success', 'success', 'success');
    const ok = repo.asked;
    repo.fail(`POST ${STATUSES}`, lost(answer(201, {})), status(403));
    await all(repo);
    assert.deepEqual(repo.states(), ['inactive', 'success', 'success']);
    assert.ok(ok.length > 0);
  });

  test('a lost answer makes no second status', async () => {
    const repo = repositoryWith('success');
    repo.fail(`POST ${STATUSES}`, lost(RESET));
    assert.deepEqual(await all(repo), TOLD);
    assert.equal(repo.deployments[0]?.statuses.length, 2);
  });
});
