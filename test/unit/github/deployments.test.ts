import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { endDeployment, openDeployment } from '../../../src/github/deployments.ts';
import type { DeploymentPlan } from '../../../src/plan/github-slices.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { COMPARE, DEPLOYMENTS, repository, SHA, STATUSES, type Repository } from './fake-deployments.ts';
import { ACCESS, answer, cancelled, lost, NOT_FOUND, RESET, status } from './play.ts';

const RUN = 'https://github.com/org/app/actions/runs/7';
const PLAN: DeploymentPlan = {
  mode: 'on',
  environment: 'prod',
  task: 'deploy:shop',
  sha: SHA,
  ref: 'main',
  isTransient: false,
  isProduction: true,
  url: undefined,
  logUrl: RUN,
  runId: '7',
  payload: { app: 'shop' },
};
const AUTO: DeploymentPlan = { ...PLAN, mode: 'auto' };

const open = async ({ ports }: Repository, plan: DeploymentPlan = PLAN) => openDeployment(plan, ACCESS, ports);

const askedFor = ({ deployments }: Repository): JsonObject => deployments[0]?.asked ?? {};

test('a deployment is made of the branch, without a merge and without waiting for checks, and is in progress', async () => {
  const repo = repository();
  assert.deepEqual(await open(repo), { kind: 'open', id: 1 });
  const { payload, ...asked } = askedFor(repo);
  assert.deepEqual(asked, {
    owner: 'org',
    repo: 'app',
    ref: 'main',
    task: 'deploy:shop',
    environment: 'prod',
    auto_merge: false,
    required_contexts: [],
    transient_environment: false,
    production_environment: true,
  });
  assert.match(JSON.stringify(payload), /^\{"app":"shop","k8s-deploy":"7-[0-9a-z]+-[0-9a-z]+"\}$/);
  assert.deepEqual(repo.deployments[0]?.statuses, [
    { id: 1, state: 'in_progress', description: 'The deploy is running', auto_inactive: false, log_url: RUN },
  ]);
});

test('a preview is transient', async () => {
  const repo = repository();
  await open(repo, { ...PLAN, isTransient: true, isProduction: false });
  const asked = askedFor(repo);
  assert.deepEqual([asked['transient_environment'], asked['production_environment']], [true, false]);
});

for (const [name, ref, outcome] of [
  ['a branch that has moved on', 'main', answer(200, { status: 'ahead' })],
  ['a branch that is gone', 'gone', NOT_FOUND],
  ['a branch that the token may not compare', 'main', answer(403)],
] as const) {
  test(`${name}: the deployment is of the commit`, async () => {
    const repo = repository();
    repo.fail(COMPARE, { outcome });
    assert.equal((await open(repo, { ...PLAN, ref })).kind, 'open');
    assert.equal(repo.deployments[0]?.ref, SHA);
  });
}

test('of a commit nobody has to be asked where it is', async () => {
  const repo = repository();
  await open(repo, { ...PLAN, ref: SHA });
  assert.deepEqual(repo.words(), ['POST deployments', 'POST statuses']);
});

test('a run that is not known has no log', async () => {
  const repo = repository();
  await open(repo, { ...AUTO, logUrl: '', runId: '' });
  assert.equal('log_url' in (repo.deployments[0]?.statuses[0] ?? {}), false);
});

describe('with auto the deployment of the job itself is enough', () => {
  const ofJob = { task: 'deploy', payload: {} };
  const inRun = { state: 'in_progress', log_url: `${RUN}/job/99` };
  for (const [name, given, statuses, kind] of [
    ['the job has one', ofJob, [{ state: 'waiting' }, inRun], 'left'],
    ['of another commit, as for a pull request', { ...ofJob, sha: 'f'.repeat(40) }, [inRun], 'left'],
    [
      'an older server says it in another field',
      ofJob,
      [{ state: 'in_progress', target_url: `${RUN}/job/99` }],
      'left',
    ],
    ['one of another run', ofJob, [{ state: 'in_progress', log_url: `${RUN}1/job/99` }], 'open'],
    ['one of another environment', { ...ofJob, environment: 'test' }, [inRun], 'open'],
    ['one of another job of the run, which is over', ofJob, [inRun, { ...inRun, state: 'success' }], 'open'],
    ['one of nobody knows whom', ofJob, [], 'open'],
    ['one that was made here', { payload: { 'k8s-deploy': '7-x' } }, [inRun], 'open'],
    ['one that was made here, with a payload as text', { payload: '{"k8s-deploy":"7-x"}' }, [inRun], 'open'],
    ['one with a payload that is no JSON', { payload: 'k8s-deploy' }, [inRun], 'left'],
  ] as const) {
    test(`${name}: ${kind}`, async () => {
      const repo = repository();
      repo.add(given, ...statuses);
      assert.equal((await open(repo, AUTO)).kind, kind);
      assert.equal(repo.deployments.length, kind === 'left' ? 1 : 2);
    });
  }

  test('it is found behind those that were made here', async () => {
    const repo = repository();
    repo.add(ofJob, inRun);
    Array.from({ length: 60 }, () => repo.add({ payload: { 'k8s-deploy': '6-x' } }, { state: 'inactive' }));
    assert.deepEqual(await open(repo, AUTO), { kind: 'left', why: 'the job has a deployment of its own to prod' });
    assert.equal(repo.words().length, 2);
  });

  test('with on there is one of ours beside it', async () => {
    const repo = repository();
    repo.add(ofJob, inRun);
    assert.equal((await open(repo)).kind, 'open');
  });

  test('whoever cannot be asked gets no second one', async () => {
    for (const [route, outcome] of [
      [`GET ${DEPLOYMENTS}`, answer(403, { message: 'Resource not accessible by integration' })],
      [`GET ${STATUSES}`, answer(403)],
    ] as const) {
      const repo = repository();
      repo.add(ofJob, inRun);
      repo.fail(route, { outcome });
      assert.deepEqual(await open(repo, AUTO), { kind: 'untold', why: 'the token lacks deployments: write' });
      assert.equal(repo.deployments.length, 1);
    }
  });

  test('one that is gone meanwhile was not the one', async () => {
    const repo = repository();
    repo.add(ofJob);
    repo.fail(`GET ${STATUSES}`, { outcome: NOT_FOUND });
    assert.equal((await open(repo, AUTO)).kind, 'open');
  });
});

describe('a deployment is made once', () => {
  for (const [name, fault] of [
    ['the answer is lost', lost(RESET)],
    ['502, and it is there', lost(answer(502))],
    ['502, and it is not there', status(502)],
    ['the connection breaks before', { outcome: RESET }],
    ['429', { outcome: answer(429, undefined, { 'retry-after': '3' }) }],
  ] as const) {
    test(name, async () => {
      const repo = repository();
      repo.add({ payload: { 'k8s-deploy': '7-an-earlier-attempt' } });
      repo.fail(`POST ${DEPLOYMENTS}`, fault);
      assert.deepEqual(await open(repo), { kind: 'open', id: 2 });
      assert.equal(repo.deployments.length, 2);
    });
  }

  test('GitHub stays down', async () => {
    const repo = repository();
    repo.fail(`POST ${DEPLOYMENTS}`, ...Array.from({ length: 5 }, () => status(503)));
    assert.deepEqual(await open(repo), { kind: 'untold', why: 'GitHub answered 503' });
    assert.equal(repo.words().filter((word) => word === 'POST deployments').length, 3);
  });
});

for (const [outcome, why] of [
  [answer(403, { message: 'Resource not accessible by integration' }), 'the token lacks deployments: write'],
  [NOT_FOUND, 'GitHub answered 404: it is not there, or the token may not see it'],
  [
    answer(409, { message: 'Conflict merging main into topic' }),
    'GitHub answered 409: Conflict merging main into topic',
  ],
  [answer(422, { message: 'No ref found for: x' }), 'GitHub answered 422: No ref found for: x'],
  [answer(202, { message: 'Auto-merged main into topic' }), 'GitHub made no deployment: Auto-merged main into topic'],
  [answer(200, '<html>'), 'GitHub made no deployment: it does not say why'],
] as const) {
  test(`a deployment that is answered ${outcome.status} is not told: ${why}`, async () => {
    const repo = repository();
    repo.fail(`POST ${DEPLOYMENTS}`, { outcome });
    assert.deepEqual(await open(repo), { kind: 'untold', why });
  });
}

test('who has to end a deployment hears of it before anything else is asked', async () => {
  const repo = repository();
  const heard: unknown[] = [];
  await openDeployment(PLAN, ACCESS, repo.ports, async (id) => {
    heard.push([id, repo.words().at(-1)]);
  });
  assert.deepEqual(heard, [[1, 'POST deployments']]);
});

test('a deployment is open though its first status is refused', async () => {
  const repo = repository();
  repo.fail(`POST ${STATUSES}`, status(422));
  assert.deepEqual(await open(repo), { kind: 'open', id: 1 });
});

test('a run that is cancelled meanwhile knows which deployment it has to end', async () => {
  const repo = repository();
  repo.fail(`POST ${STATUSES}`, status(502));
  assert.deepEqual(await openDeployment(PLAN, ACCESS, cancelled(repo.ports)), { kind: 'open', id: 1 });
});

describe('the end of a deployment', () => {
  const END = { state: 'success', description: 'Everything is there', logUrl: RUN } as const;
  test('has the address, and leaves other deployments alone', async () => {
    const repo = repository();
    repo.add({});
    const end = { ...END, environmentUrl: 'https://shop.example' };
    assert.deepEqual(await endDeployment(ACCESS, 1, end, repo.ports), { kind: 'told', url: undefined });
    assert.deepEqual(repo.deployments[0]?.statuses, [
      {
        id: 1,
        state: 'success',
        description: 'Everything is there',
        auto_inactive: false,
        log_url: RUN,
        environment_url: 'https://shop.example',
      },
    ]);
  });

  for (const [name, description, expected] of [
    ['of 140 letters', 'x'.repeat(140), 'x'.repeat(140)],
    ['of 141', 'x'.repeat(141), `${'x'.repeat(139)}…`],
    ['of several lines', 'one\r\n  two\u0000\u2028three', 'one two three'],
    ['with emoji', 'all ✅ 🚀', 'all ✅ ?'],
    ['that turns the direction and has no width', 'a\u202eb\u200bc', String.raw`a\u202eb\u200bc`],
    ['with colours', '\u001b[31mred\u001b[0m \u009b2Jgreen', 'red green'],
    ['with half a letter', 'a\ud800b', 'a\ufffdb'],
  ] as const) {
    test(`a description ${name}`, async () => {
      const repo = repository();
      repo.add({});
      await endDeployment(ACCESS, 1, { ...END, description }, repo.ports);
      assert.equal(repo.deployments[0]?.statuses[0]?.['description'], expected);
    });
  }

  test('an address that GitHub would refuse is left out', async () => {
    const repo = repository();
    repo.add({});
    await endDeployment(ACCESS, 1, { ...END, environmentUrl: 'javascript:alert(1)' }, repo.ports);
    assert.equal('environment_url' in (repo.deployments[0]?.statuses[0] ?? {}), false);
  });

  for (const [name, fault] of [
    ['the answer is lost', lost(RESET)],
    ['502 before', status(502)],
  ] as const) {
    test(`${name}: it is said once`, async () => {
      const repo = repository();
      repo.add({}, { state: 'in_progress' });
      repo.fail(`POST ${STATUSES}`, fault);
      assert.equal((await endDeployment(ACCESS, 1, END, repo.ports)).kind, 'told');
      assert.deepEqual(
        repo.deployments[0]?.statuses.map(({ state }) => state),
        ['in_progress', 'success'],
      );
    });
  }

  test('what is not there is told in a clause', async () => {
    assert.deepEqual(await endDeployment(ACCESS, 9, END, repository().ports), {
      kind: 'untold',
      why: 'GitHub answered 404: it is not there, or the token may not see it',
    });
  });
});
