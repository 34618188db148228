import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { clientOf, refusalOf, REPOSITORY, type Client } from './asking.ts';
import { openFakeGitHub, type DeploymentState, type FakeGitHub, type FakeRepository } from './fake-github.ts';

const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];

let github: FakeGitHub;
let repository: FakeRepository;
let job: Client;

beforeEach(async () => {
  github = await openFakeGitHub();
  repository = github.repository('org/app');
  repository.push(
    new Map([
      [OLD, []],
      [NEW, [OLD]],
    ]),
  );
  repository.setRef('refs/heads/main', NEW);
  repository.setRef('refs/heads/topic', OLD);
  job = clientOf(github, github.jobToken({ contents: 'read', deployments: 'write' }));
});
afterEach(async () => {
  await github.close();
  assert.deepEqual(github.defects(), []);
});

type Wish = Partial<Parameters<Client['rest']['repos']['createDeployment']>[0]>;
const create = (wish: Wish = {}): ReturnType<Client['rest']['repos']['createDeployment']> =>
  job.rest.repos.createDeployment({ ...REPOSITORY, ref: 'main', auto_merge: false, required_contexts: [], ...wish });
async function open(environment: string, wish: Wish = {}): Promise<number> {
  await create({ environment, ...wish });
  return repository.deployments().at(-1)?.id ?? 0;
}
const tell = (id: number, state: DeploymentState, more: { readonly auto_inactive?: boolean } = {}): Promise<unknown> =>
  job.rest.repos.createDeploymentStatus({ ...REPOSITORY, deployment_id: id, state, ...more });
const states = (): readonly string[] => repository.deployments().map(({ state }) => state);

test('a deployment has what is said, GitHub has a word for what is not', async () => {
  await create();
  await create({
    ref: OLD,
    task: 'deploy:shop',
    environment: 'pr-1',
    transient_environment: true,
    payload: { run: '7' },
  });

  const [plain, full] = repository.deployments();
  assert.deepEqual(
    [plain?.sha, plain?.ref, plain?.task, plain?.environment, plain?.isProduction, plain?.isTransient, plain?.payload],
    [NEW, 'main', 'deploy', 'production', true, false, ''],
  );
  assert.deepEqual(
    [full?.sha, full?.task, full?.isProduction, full?.isTransient, full?.payload],
    [OLD, 'deploy:shop', false, true, { run: '7' }],
  );
});

test('deployments and statuses are listed newest first, and by what is asked for', async () => {
  const first = await open('staging');
  const second = await open('staging', { task: 'deploy:shop' });
  await tell(first, 'in_progress');
  await tell(first, 'failure');
  const ids = async (wish: {
    readonly task?: string;
    readonly environment?: string;
    readonly sha?: string;
  }): Promise<readonly number[]> =>
    (await job.rest.repos.listDeployments({ ...REPOSITORY, ...wish })).data.map(({ id }) => id);

  assert.deepEqual(await ids({ environment: 'staging' }), [second, first]);
  assert.deepEqual(await ids({ task: 'deploy:shop', sha: NEW }), [second]);
  assert.deepEqual(await ids({ environment: 'other' }), []);
  const { data } = await job.rest.repos.listDeploymentStatuses({ ...REPOSITORY, deployment_id: first });
  assert.deepEqual(
    data.map(({ state }) => state),
    ['failure', 'in_progress'],
  );
  assert.deepEqual([states(), data[0]?.environment], [['failure', 'pending'], 'staging']);
});

describe('a success makes earlier deployments of the environment inactive', () => {
  for (const { what, earlier, state, more, becomes } of [
    { what: 'that were a success', earlier: {}, state: 'success', more: {}, becomes: 'inactive' },
    { what: 'not those that failed', earlier: {}, state: 'failure', more: {}, becomes: 'failure' },
    { what: 'not those in progress', earlier: {}, state: 'in_progress', more: {}, becomes: 'in_progress' },
    {
      what: 'not transient ones',
      earlier: { transient_environment: true },
      state: 'success',
      more: {},
      becomes: 'success',
    },
    {
      what: 'not production',
      earlier: { production_environment: true },
      state: 'success',
      more: {},
      becomes: 'success',
    },
    {
      what: 'not of other environments',
      earlier: { environment: 'other' },
      state: 'success',
      more: {},
      becomes: 'success',
    },
    { what: 'of other tasks too', earlier: { task: 'deploy:other' }, state: 'success', more: {}, becomes: 'inactive' },
    { what: 'unless told not to', earlier: {}, state: 'success', more: { auto_inactive: false }, becomes: 'success' },
  ] as const) {
    test(what, async () => {
      await tell(await open('staging', earlier), state);
      const later = await open('staging');
      await tell(later, 'in_progress');
      assert.equal(states()[0], state);

      await tell(later, 'success', more);

      assert.deepEqual(states(), [becomes, 'success']);
    });
  }

  test('and never a later one', async () => {
    const first = await open('staging');
    await tell(await open('staging'), 'success');
    await tell(first, 'success');
    assert.deepEqual(states(), ['success', 'success']);
  });
});

const remove = (id: number): Promise<unknown> => job.rest.repos.deleteDeployment({ ...REPOSITORY, deployment_id: id });

describe('what is deleted', () => {
  test('the only one of an environment, whatever its state', async () => {
    await open('other');
    const only = await open('staging');
    await tell(only, 'success');
    await remove(only);
    assert.equal(repository.deployments().length, 1);
  });

  test('of several not the active one, until it is inactive', async () => {
    await open('staging');
    const active = await open('staging');
    await tell(active, 'success');
    const { status, message } = await refusalOf(remove(active));
    assert.deepEqual([status, message.slice(0, 42)], [422, 'We cannot delete an active deployment unle']);
    await tell(active, 'inactive');
    await remove(active);
    assert.equal(repository.deployments().length, 1);
  });
});

describe('no deployment is made', () => {
  afterEach(() => assert.deepEqual(repository.deployments(), []));

  test('of a branch that is behind: the default branch is merged into it first, unless auto_merge is false', async () => {
    const { status, data } = await create({ ref: 'topic', auto_merge: true });
    assert.deepEqual([status, data], [202, { message: 'Auto-merged main into topic on deployment.' }]);
  });

  test('of a commit that is behind: nothing can be merged into it', async () => {
    const { status, message } = await refusalOf(create({ ref: OLD, auto_merge: true }));
    assert.deepEqual([status, message], [409, `Conflict merging main into ${OLD}.`]);
  });

  test('while a check is pending, unless required_contexts is empty', async () => {
    repository.setCheck(NEW, 'ci', 'pending');
    repository.setCheck(NEW, 'lint', 'success');
    const { status, message } = await refusalOf(
      job.rest.repos.createDeployment({ ...REPOSITORY, ref: 'main', auto_merge: false }),
    );
    assert.deepEqual([status, message], [409, 'Conflict: Commit status checks failed for main.']);
    assert.equal((await refusalOf(create({ required_contexts: ['never-seen'] }))).status, 409);
  });

  test('of a reference that is not there, or with a long description', async () => {
    const { status, message } = await refusalOf(create({ ref: 'gone' }));
    assert.deepEqual([status, message], [422, 'No ref found for: gone']);
    assert.equal((await refusalOf(create({ description: 'x'.repeat(141) }))).status, 422);
  });
});

test('the description of a status has 140 characters at most', async () => {
  const id = await open('staging');
  const describe = (length: number): Promise<unknown> =>
    job.rest.repos.createDeploymentStatus({
      ...REPOSITORY,
      deployment_id: id,
      state: 'error',
      description: 'x'.repeat(length),
    });
  await describe(140);
  assert.equal((await refusalOf(describe(141))).status, 422);
  assert.deepEqual(states(), ['error']);
});

test('the deployment that a job has through its environment looks as GitHub makes it', async () => {
  repository.addJobDeployment({ environment: 'production', sha: NEW, runId: 7 });

  const [made] = (await job.rest.repos.listDeployments({ ...REPOSITORY, sha: NEW })).data;
  const { data } = await job.rest.repos.listDeploymentStatuses({ ...REPOSITORY, deployment_id: made?.id ?? 0 });

  assert.deepEqual(
    [made?.task, made?.creator?.login, made?.performed_via_github_app?.slug, data[0]?.state],
    ['deploy', 'github-actions[bot]', 'github-actions', 'in_progress'],
  );
  assert.match(data[0]?.log_url ?? '', /^https:\/\/github\.com\/org\/app\/actions\/runs\/7\/job\/\d+$/);
});

test('with hasEveryCommit any full SHA is deployed, and compared', async () => {
  github.repository('org/made-up', { hasEveryCommit: true });
  const made = { owner: 'org', repo: 'made-up' };
  await job.rest.repos.createDeployment({ ...made, ref: 'c'.repeat(40) });
  const { data } = await job.rest.repos.compareCommitsWithBasehead({ ...made, basehead: `${OLD}...${NEW}` });
  assert.equal(data.status, 'diverged');
  assert.equal((await refusalOf(job.rest.repos.createDeployment({ ...REPOSITORY, ref: 'c'.repeat(40) }))).status, 422);
});

for (const [base, head, status, ahead, behind] of [
  [OLD, NEW, 'ahead', 1, 0],
  [NEW, OLD, 'behind', 0, 1],
  [NEW, 'main', 'identical', 0, 0],
] as const) {
  test(`${head.slice(0, 7)} compared with ${base.slice(0, 7)} is ${status}`, async () => {
    const { data } = await job.rest.repos.compareCommitsWithBasehead({ ...REPOSITORY, basehead: `${base}...${head}` });
    assert.deepEqual([data.status, data.ahead_by, data.behind_by], [status, ahead, behind]);
    assert.equal(data.commits.length, ahead);
  });
}
