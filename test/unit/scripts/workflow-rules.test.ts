import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { byFolder } from '../../../scripts/checks/actionlint.ts';
import { actionProblems, workflowProblems } from '../../../scripts/checks/github-parser.ts';
import { ownProblems } from '../../../scripts/checks/own-rules.ts';
import { printProblem, readWorkflow, type Audience } from '../../../scripts/checks/workflow-file.ts';

const CHECKOUT = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';

const GOOD = `name: good
on:
  push:
permissions: {}
jobs:
  code:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read # to check out
    steps:
      - uses: ${CHECKOUT}
        with:
          persist-credentials: false
      - run: npm ci
      - uses: ./
        with:
          manifests: k8s
          kubeconfig: \${{ secrets.KUBECONFIG }}
  ci-ok:
    needs: [code]
    runs-on: ubuntu-24.04
    timeout-minutes: 2
    permissions: {} # it only looks
    steps:
      - run: test "$RESULTS" = success
        env:
          RESULTS: \${{ join(needs.*.result, ' ') }}
`;

const problemsOf = (text: string, audience: Audience = 'project'): readonly string[] =>
  ownProblems(readWorkflow('w.yml', text, audience)).map(printProblem);
const changed = (from: string, to: string): string => {
  assert.ok(GOOD.includes(from), from);
  return GOOD.replace(from, () => to);
};

test('a workflow that keeps the rules has no problem', async () => {
  assert.deepEqual(problemsOf(GOOD), []);
  assert.deepEqual(await workflowProblems({ path: 'w.yml', text: GOOD }), []);
});

const UNPINNED = 'w.yml:12: this action is not pinned by SHA with its version beside it';
for (const [what, text, problem] of [
  ['an action by its tag', changed(CHECKOUT, 'actions/checkout@v7'), UNPINNED],
  ['an action by SHA without its version', changed(' # v7.0.1', ''), UNPINNED],
  ['an image of docker', changed(CHECKOUT, 'docker://alpine:3'), UNPINNED],
  [
    'no permissions at the top',
    changed('permissions: {}\njobs', 'jobs'),
    'w.yml: the workflow needs "permissions: {}" at the top',
  ],
  [
    'permissions for all jobs',
    changed('permissions: {}\njobs', 'permissions: read-all\njobs'),
    'w.yml:4: the workflow needs "permissions: {}" at the top',
  ],
  [
    'a job without permissions',
    changed('    permissions: {} # it only looks\n', ''),
    'w.yml:21: ci-ok does not list its permissions',
  ],
  ['a grant without a reason', changed(' # to check out', ''), 'w.yml:10: contents of code has no reason beside it'],
  [
    'packages with a token that writes',
    changed('contents: read # to check out', 'contents: write # to push'),
    'w.yml:15: code runs code of packages with a token that writes',
  ],
  [
    'packages that could sign in',
    changed('# to check out', '# to check out\n      id-token: write # to sign'),
    'w.yml:16: code runs code of packages with a token that writes',
  ],
  ['no timeout', changed('    timeout-minutes: 10\n', ''), 'w.yml:7: code has no timeout-minutes'],
  [
    'an expression inside run',
    changed('npm ci', 'echo ${{ github.head_ref }}'),
    'w.yml:15: an expression inside run is code: pass it by env',
  ],
  [
    'a checkout that keeps its token',
    changed('        with:\n          persist-credentials: false\n', ''),
    'w.yml:12: the checkout leaves its token behind: persist-credentials: false',
  ],
  [
    'the head of a pull request under pull_request_target',
    changed('  push:', '  pull_request_target:').replace(
      'persist-credentials: false',
      'persist-credentials: false\n          ref: ${{ github.event.pull_request.head.sha }}',
    ),
    'w.yml:12: code of a pull request is checked out with secrets at hand',
  ],
  [
    'the merge of a pull request after another workflow',
    changed('  push:', '  workflow_run:\n    workflows: [ci]').replace(
      'persist-credentials: false',
      'persist-credentials: false\n          ref: refs/pull/1/merge',
    ),
    'w.yml:13: code of a pull request is checked out with secrets at hand',
  ],
  [
    'all secrets at once',
    changed('secrets.KUBECONFIG', 'toJSON(secrets)'),
    'w.yml:19: secrets are given by name, one by one',
  ],
  ['a gate that leaves a job out', changed('needs: [code]', 'needs: []'), 'w.yml:21: ci-ok does not need code'],
  [
    'an input that the action does not have',
    changed('manifests:', 'manifest:'),
    'w.yml:18: the action has no input "manifest"',
  ],
] as const) {
  test(`${what} is a problem`, () => {
    assert.deepEqual(problemsOf(text), [problem]);
  });
}

const call = (uses: string, rest: object): string =>
  stringify({ on: 'push', permissions: {}, jobs: { call: { uses, permissions: {}, ...rest } } });

for (const [what, text, problem] of [
  [
    'an input',
    call('org/k8s-deploy/.github/workflows/deploy.yml@v1', { with: { manifest: 'k8s' } }),
    'no input "manifest"',
  ],
  ['a secret', call('$/.github/workflows/deploy.yml', { secrets: { kubecfg: 'x' } }), 'no secret "kubecfg"'],
  ['a workflow', call('./.github/workflows/deploys.yml', {}), '.github/workflows/deploys.yml is no workflow to call'],
  ['a workflow to call', call('./.github/workflows/ci.yml', {}), '.github/workflows/ci.yml is no workflow to call'],
] as const) {
  test(`a call of ${what} that is not there is a problem, in examples too`, () => {
    assert.match(problemsOf(text, 'users').join('\n'), new RegExp(problem.replaceAll('.', '\\.')));
  });
}

test('secrets: inherit is a problem, in examples too', () => {
  const text = call('org/k8s-deploy/.github/workflows/deploy.yml@v1', { secrets: 'inherit' });
  assert.match(problemsOf(text, 'users').join('\n'), /by name, one by one/);
});

test('examples need no SHA beside each action, and no reason beside each grant', () => {
  const text = changed(CHECKOUT, 'actions/checkout@v7').replace(' # to check out', '');
  assert.deepEqual(problemsOf(text, 'users'), []);
});

test("GitHub's parser knows what is new on github.com, and finds keys, permissions and types that are wrong", async () => {
  const text = `on:
  workflow_call:
    inputs:
      names: {type: list}
permissions: {}
jobs:
  a:
    runs-on: ubuntu-24.04
    environment: {name: x, deployment: false}
    concurrency: {group: x, queue: max, cancel-in-progress: false}
    permissions: {workflows: write}
    steps:
      - uses: $/
        wit: {}
`;
  const problems = await workflowProblems({ path: 'w.yml', text });
  assert.deepEqual(problems.map(printProblem), [
    "w.yml:4: GitHub's parser: Unexpected value 'list'",
    "w.yml:11: GitHub's parser: Unexpected value 'workflows'",
    "w.yml:14: GitHub's parser: Unexpected value 'wit'",
  ]);
});

for (const [what, branding, isFine] of [
  ['an icon and a colour of the lists', { icon: 'check-circle', color: 'green' }, true],
  ['an icon that the Marketplace leaves out', { icon: 'hexagon', color: 'green' }, false],
  ['a colour that is none', { icon: 'check-circle', color: 'teal' }, false],
] as const) {
  test(`an action with ${what} is ${isFine ? 'fine' : 'a problem'}`, () => {
    const action = { name: 'x', description: 'y', branding, runs: { using: 'node24', main: 'index.js' } };
    assert.equal(actionProblems({ path: 'action.yml', text: stringify(action) }).length === 0, isFine);
  });
}

for (const [from, to] of [
  ['uses: $/', 'uses: ./'],
  ['- uses: org/k8s-deploy@v1', '- uses: ./'],
  ['uses: org/k8s-deploy/.github/workflows/deploy.yml@v1', 'uses: ./.github/workflows/deploy.yml'],
  ['uses: $/.github/workflows/deploy.yml', 'uses: ./.github/workflows/deploy.yml'],
  [`uses: ${CHECKOUT}`, `uses: ${CHECKOUT}`],
] as const) {
  test(`actionlint reads ${from} as ${to}`, () => {
    assert.equal(byFolder(from), to);
  });
}
