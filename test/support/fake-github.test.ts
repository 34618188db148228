import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { clientOf, refusalOf, REPOSITORY, type Client } from './fake-github/asking.ts';
import { openFakeGitHub, type FakeGitHub, type FakeRepository, type Permissions } from './fake-github/fake-github.ts';
import { ROUTES } from './fake-github/routes.ts';

const SHA = 'a'.repeat(40);
const ALL: Permissions = { actions: 'read', contents: 'write', deployments: 'write', 'pull-requests': 'write' };

let github: FakeGitHub;
let repository: FakeRepository;
const as = (permissions: Permissions, repositories?: readonly string[]): Client =>
  clientOf(github, github.jobToken(permissions, repositories));

before(async () => {
  github = await openFakeGitHub();
  repository = github.repository('org/app', { id: 42 });
});
after(async () => github.close());

test('every route answers a real client, and as GitHub describes the answer', async () => {
  const { rest } = as({ ...ALL, administration: 'write' });
  const person = clientOf(github, github.token({ login: 'octocat', kind: 'user' }, {}));
  repository.setRef('refs/heads/main', SHA);
  repository.openPullRequest({ number: 1, labels: ['keep'] });
  repository.addRun(7);
  repository.addArtifact(7, 'results');
  const pull = { ...REPOSITORY, pull_number: 1 };
  const issue = { ...REPOSITORY, issue_number: 1 };
  const head = repository.pullRequests()[0]?.head.sha ?? '';

  await person.rest.users.getAuthenticated();
  await rest.rateLimit.get();
  assert.equal((await rest.repos.get(REPOSITORY)).data.id, 42);
  await rest.repos.listPullRequestsAssociatedWithCommit({ ...REPOSITORY, commit_sha: head });
  await rest.repos.compareCommitsWithBasehead({ ...REPOSITORY, basehead: `main...${head}` });
  assert.deepEqual(
    (await rest.pulls.list(REPOSITORY)).data[0]?.labels.map(({ name }) => name),
    ['keep'],
  );
  assert.equal((await rest.pulls.get(pull)).data.head.repo.full_name, 'org/app');
  assert.ok((await rest.issues.get(issue)).data.pull_request);
  await rest.issues.listLabelsOnIssue(issue);
  const comment = { ...REPOSITORY, comment_id: (await rest.issues.createComment({ ...issue, body: 'a' })).data.id };
  await rest.issues.listComments(issue);
  await rest.issues.getComment(comment);
  await rest.issues.updateComment({ ...comment, body: 'b' });
  await rest.issues.deleteComment(comment);
  await rest.repos.createDeployment({ ...REPOSITORY, ref: 'main', environment: 'a/b' });
  const [{ id } = { id: 0 }] = (await rest.repos.listDeployments(REPOSITORY)).data;
  const deployment = { ...REPOSITORY, deployment_id: id };
  await rest.repos.createDeploymentStatus({ ...deployment, state: 'success' });
  await rest.repos.listDeploymentStatuses(deployment);
  await rest.repos.getDeployment(deployment);
  await rest.repos.deleteDeployment(deployment);
  await rest.repos.getAllEnvironments(REPOSITORY);
  await rest.repos.getEnvironment({ ...REPOSITORY, environment_name: 'a/b' });
  await rest.repos.deleteAnEnvironment({ ...REPOSITORY, environment_name: 'a/b' });
  await rest.actions.getWorkflowRun({ ...REPOSITORY, run_id: 7 });
  await rest.actions.listWorkflowRunArtifacts({ ...REPOSITORY, run_id: 7, name: 'results' });
  await rest.actions.listArtifactsForRepo(REPOSITORY);
  const made = await rest.repos.createRelease({ ...REPOSITORY, tag_name: 'v1.0.0', draft: true });
  const release = { ...REPOSITORY, release_id: made.data.id };
  assert.equal(repository.refs().has('refs/tags/v1.0.0'), false);
  await rest.repos.getRelease(release);
  await rest.repos.updateRelease({ ...release, draft: false });
  assert.equal(repository.refs().get('refs/tags/v1.0.0'), SHA);
  await rest.repos.getReleaseByTag({ ...REPOSITORY, tag: 'v1.0.0' });
  await rest.repos.getLatestRelease(REPOSITORY);
  await rest.repos.listReleases(REPOSITORY);
  await rest.repos.deleteRelease(release);
  await rest.git.createRef({ ...REPOSITORY, ref: 'refs/tags/v1', sha: SHA });
  assert.equal((await refusalOf(rest.git.updateRef({ ...REPOSITORY, ref: 'tags/v1', sha: head }))).status, 422);
  await rest.git.updateRef({ ...REPOSITORY, ref: 'tags/v1', sha: head, force: true });
  assert.equal((await rest.git.getRef({ ...REPOSITORY, ref: 'tags/v1' })).data.object.sha, head);
  await rest.git.deleteRef({ ...REPOSITORY, ref: 'tags/v1' });

  const asked = new Set(github.requests().map(({ route }) => route));
  assert.deepEqual(
    Object.keys(ROUTES).filter((route) => ![...asked].some((one) => one === route)),
    [],
  );
  assert.deepEqual([...github.defects(), ...github.mistakes()], []);
});

const deploy = (client: Client): Promise<unknown> =>
  client.rest.repos.createDeployment({ ...REPOSITORY, ref: 'main', auto_merge: false });
const comment = (client: Client): Promise<unknown> =>
  client.rest.issues.createComment({ ...REPOSITORY, issue_number: 1, body: 'a' });

describe('who may', () => {
  before(() => repository.setRef('refs/heads/main', SHA));

  for (const { what, act, permissions, accepted } of [
    { what: 'deploys', act: deploy, permissions: { contents: 'read' }, accepted: 'deployments=write' },
    { what: 'deploys', act: deploy, permissions: { deployments: 'read' }, accepted: 'deployments=write' },
    { what: 'comments', act: comment, permissions: {}, accepted: 'issues=write; pull_requests=write' },
    { what: 'comments', act: comment, permissions: { issues: 'write' }, accepted: 'issues=write; pull_requests=write' },
  ] as const) {
    test(`whoever ${what} with ${JSON.stringify(permissions)} is refused, and told what is missing`, async () => {
      const { status, message, headers } = await refusalOf(act(as(permissions)));

      assert.deepEqual([status, message], [403, 'Resource not accessible by integration']);
      assert.equal(headers['x-accepted-github-permissions'], accepted);
    });
  }

  test('what is enough is enough, and write is more than read', async () => {
    await deploy(as({ deployments: 'write' }));
    await comment(as({ 'pull-requests': 'write' }));
    await as({ 'pull-requests': 'write' }).rest.pulls.list(REPOSITORY);
  });

  test('a public repository is read by everybody, and written by nobody else', async () => {
    const open = github.repository('org/open', { isPublic: true });
    open.openPullRequest();
    const { rest } = as({}, ['org/app']);

    await rest.pulls.get({ owner: 'org', repo: 'open', pull_number: 1 });
    const write = rest.issues.createComment({ owner: 'org', repo: 'open', issue_number: 1, body: 'a' });
    assert.equal((await refusalOf(write)).status, 403);
  });

  test('a repository that a token cannot see is not found', async () => {
    assert.equal((await refusalOf(as(ALL, ['org/other']).rest.repos.get(REPOSITORY))).status, 404);
    assert.equal((await refusalOf(as(ALL).rest.repos.get({ owner: 'org', repo: 'none' }))).status, 404);
  });

  test('a token that nobody gave is 401', async () => {
    assert.deepEqual((await refusalOf(clientOf(github, 'ghp_x').rest.repos.get(REPOSITORY))).status, 401);
    assert.equal((await fetch(`${github.url}/repos/org/app`)).status, 401);
  });

  test('a person is told who he is; a job and an App are not', async () => {
    const person = clientOf(github, github.token({ login: 'octocat', kind: 'user' }, ALL));
    const app = clientOf(github, github.token({ login: 'deployer[bot]', kind: 'app' }, ALL));

    assert.equal((await person.rest.users.getAuthenticated()).data.login, 'octocat');
    assert.equal((await refusalOf(app.rest.users.getAuthenticated())).status, 403);
    assert.equal((await refusalOf(as(ALL).rest.users.getAuthenticated())).status, 403);
    for (const [client, login] of [
      [person, 'octocat'],
      [app, 'deployer[bot]'],
      [as({}), 'github-actions[bot]'],
    ] as const) {
      assert.deepEqual(await client.graphql('query { viewer { login } }'), { viewer: { login } });
    }
  });
});

describe('what is not as GitHub describes it', () => {
  let own: FakeGitHub;
  let client: Client;
  beforeEach(async () => {
    own = await openFakeGitHub();
    own.repository('org/app').setRef('refs/heads/main', SHA);
    client = clientOf(own, own.jobToken(ALL));
  });

  const STATUSES = '/repos/org/app/deployments/1/statuses';
  for (const { route, fields, says } of [
    {
      route: `POST ${STATUSES}`,
      fields: { state: 'success', enviroment_url: 'u' },
      says: 'body has no field "enviroment_url"',
    },
    {
      route: `POST ${STATUSES}`,
      fields: { state: 'fine' },
      says: 'body.state must be equal to one of the allowed values',
    },
    { route: `POST ${STATUSES}`, fields: {}, says: "request must have required property 'body'" },
    { route: 'POST /repos/org/app/deployments', fields: { task: 'a' }, says: "body must have required property 'ref'" },
    { route: 'GET /repos/org/app/deployments', fields: { per_page: 'zz' }, says: 'query.per_page must be integer' },
    { route: 'GET /repos/org/app/deployments', fields: { sort: 'up' }, says: 'query has no field "sort"' },
    { route: 'GET /repos/org/app/pulls/one', fields: {}, says: 'path.pull_number must be integer' },
  ] as const) {
    test(`${route} with ${JSON.stringify(fields)} is refused with 422, and a mistake`, async (t) => {
      t.after(() => own.close());
      const { status, message } = await refusalOf(client.request(route, fields));

      assert.equal(status, 422);
      assert.match(message, new RegExp(`^Invalid request\\.\\n\\n${says}`));
      assert.ok(own.mistakes()[0]?.endsWith(says), own.mistakes()[0]);
      assert.deepEqual(own.defects(), []);
    });
  }

  test('a route that is not there is 404, and a mistake', async (t) => {
    t.after(() => own.close());
    assert.equal((await refusalOf(client.request('GET /repos/org/app/stargazers'))).status, 404);
    assert.deepEqual(own.mistakes(), ['GET /repos/org/app/stargazers: there is no such route here']);
    assert.deepEqual(
      own.requests().map(({ route, status, login }) => [route, status, login]),
      [[undefined, 404, 'github-actions[bot]']],
    );
  });

  test('an answer of the fake itself is a defect', async (t) => {
    t.after(() => own.close());
    own.repository('org/app').addRun(1, { run_number: 'one' });
    own.repository('org/app').addRun(2, { number: 1 });

    await client.rest.actions.getWorkflowRun({ ...REPOSITORY, run_id: 1 });
    assert.equal((await refusalOf(client.rest.actions.getWorkflowRun({ ...REPOSITORY, run_id: 2 }))).status, 500);

    const [first = '', second = ''] = own.defects();
    assert.match(first, /^GET .*\{run_id\}, 200: run_number must be integer$/);
    assert.match(second, /GitHub's "workflow-run" has no number/);
  });
});

test('another process asks it, through GITHUB_API_URL', async () => {
  repository.openPullRequest({ number: 77, title: 'From afar' });
  const script = `
    import { getOctokit } from '@actions/github';
    const { data } = await getOctokit(process.env.TOKEN).rest.pulls.get({ owner: 'org', repo: 'app', pull_number: 77 });
    console.log(data.title);`;
  const env = { ...process.env, GITHUB_API_URL: github.url, TOKEN: github.jobToken({ 'pull-requests': 'read' }) };

  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });

  assert.equal(stdout, 'From afar\n');
});
