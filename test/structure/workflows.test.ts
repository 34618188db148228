import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { actionProblems, workflowProblems } from '../../scripts/checks/github-parser.ts';
import { ownProblems } from '../../scripts/checks/own-rules.ts';
import { jobsOf, printProblem, readWorkflow, stepsOf, type WorkflowFile } from '../../scripts/checks/workflow-file.ts';
import { isJsonObject, textAt, valueAt } from '../../src/values/json.ts';
import { ROOT } from '../support/source-files.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const files: readonly WorkflowFile[] = globSync('.github/workflows/*.yml', { cwd: ROOT })
  .toSorted()
  .map((path) => readWorkflow(path, read(path), 'project'));

test("GitHub's own parser and the rules of this project accept every workflow and action.yml", async () => {
  const problems = [
    ...(await Promise.all(files.map(workflowProblems))).flat(),
    ...actionProblems({ path: 'action.yml', text: read('action.yml') }),
    ...files.flatMap(ownProblems),
  ];
  assert.deepEqual(problems.map(printProblem), []);
});

/**
 * What each job is permitted, and for each grant the step that fails without it: words of its name, of what it uses or of what it runs. A job that
 * calls a workflow may give it what the jobs there need. A grant that stands in a workflow and not here, or the other way round, is an error.
 */
const NEEDED: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  'ci.yml': {
    code: { 'contents: read': 'actions/checkout@' },
    tests: { 'contents: read': 'actions/checkout@' },
    workflows: { 'contents: read': 'actions/checkout@' },
    dist: { 'contents: read': 'actions/checkout@' },
    e2e: { 'contents: read': 'calls e2e.yml' },
    'ci-ok': {},
  },
  'dependabot-dist.yml': {
    build: { 'contents: read': 'actions/checkout@' },
    commit: { 'actions: read': '/actions/artifacts/', 'contents: write': 'git push origin' },
  },
  'e2e.yml': {
    kind: { 'contents: read': 'actions/checkout@' },
    lab: { 'contents: read': 'actions/checkout@' },
  },
  'refresh-checksums.yml': {
    refresh: { 'contents: read': 'actions/checkout@' },
    'pull-request': {
      'actions: read': '/actions/artifacts/',
      'contents: write': 'git push --force origin',
      'pull-requests: write': 'gh pr create',
    },
  },
  'release.yml': {
    check: { 'actions: read': 'actions/workflows/ci.yml/runs', 'contents: read': 'actions/checkout@' },
    build: { 'contents: read': 'actions/checkout@' },
    attest: {
      'attestations: write': 'actions/attest@',
      'contents: read': 'actions/checkout@',
      'id-token: write': 'actions/attest@',
    },
    draft: { 'contents: write': 'gh release create' },
    validate: { 'contents: read': 'calls e2e.yml' },
    publish: { 'attestations: read': 'gh attestation verify', 'contents: write': 'gh release edit' },
    major: { 'contents: write': 'scripts/release/move-tag.ts' },
    enterprise: { 'contents: read': 'actions/checkout@' },
  },
  'deploy.yml': {
    prepare: { 'contents: read': 'actions/checkout@', 'packages: write': 'Build' },
    deploy: { 'contents: read': 'actions/checkout@', 'packages: write': 'Deploy', 'deployments: write': 'Deploy' },
    collect: {},
  },
  'deploy-oidc.yml': {
    prepare: {
      'contents: read': 'actions/checkout@',
      'id-token: write': 'aws-actions/configure-aws-credentials@',
      'packages: write': 'Build',
    },
    deploy: {
      'contents: read': 'actions/checkout@',
      'id-token: write': 'aws-actions/configure-aws-credentials@',
      'packages: write': 'Deploy',
      'deployments: write': 'Deploy',
    },
    collect: {},
  },
  'preview.yml': {
    deploy: {
      'contents: read': 'actions/checkout@',
      'packages: write': 'Build and deploy',
      'deployments: write': 'Build and deploy',
      'pull-requests: write': 'Build and deploy',
    },
    destroy: { 'deployments: write': 'Remove the preview', 'pull-requests: write': 'Remove the preview' },
    sweep: { 'deployments: write': 'Remove the previews', 'pull-requests: write': 'Remove the previews' },
  },
};

const nameOf = ({ path }: WorkflowFile): string => path.replace('.github/workflows/', '');

test('no workflow is without its table of permissions', () => {
  assert.deepEqual(files.map(nameOf), Object.keys(NEEDED).toSorted());
});

for (const file of files) {
  test(`${file.path} permits what its steps need, and nothing else`, () => {
    const permitted = jobsOf(file).map(([job, value]) => {
      const permissions = value['permissions'];
      const grants = Object.entries(isJsonObject(permissions) ? permissions : {});
      return [job, grants.map(([scope, level]) => `${scope}: ${String(level)}`).toSorted()] as const;
    });
    const needed = Object.entries(NEEDED[nameOf(file)] ?? {}).map(
      ([job, grants]) => [job, Object.keys(grants).toSorted()] as const,
    );
    assert.deepEqual(Object.fromEntries(permitted), Object.fromEntries(needed));
  });

  test(`${file.path} has the step that each permission is for`, () => {
    const missing = Object.entries(NEEDED[nameOf(file)] ?? {}).flatMap(([job, grants]) =>
      Object.entries(grants)
        .filter(([, what]) => !wordsOf(file, job).some((words) => words.includes(what)))
        .map(([grant, what]) => `${job} has no "${what}" for ${grant}`),
    );
    assert.deepEqual(missing, []);
  });
}

function wordsOf(file: WorkflowFile, job: string): readonly string[] {
  const called = textAt(file.workflow, 'jobs', job, 'uses')?.split('/').at(-1);
  const steps = stepsOf(file).filter((one) => one.job === job);
  return [
    ...(called === undefined ? [] : [`calls ${called}`]),
    ...steps.flatMap(({ step }) => ['name', 'uses', 'run'].map((key) => textAt(step, key) ?? '')),
  ];
}

test('a job that signs, or writes with a token, runs Node scripts of scripts/release and no packages', () => {
  const scripts = files
    .filter((file) => nameOf(file) === 'release.yml')
    .flatMap(stepsOf)
    .filter(({ job }) => !['check', 'build'].includes(job))
    .flatMap(({ step }) => [...(textAt(step, 'run') ?? '').matchAll(/\bnode (\S+)/g)].map(([, script = '']) => script));
  assert.deepEqual(
    scripts.filter((script) => !/^scripts\/(?:release\/[\w-]+|stamp-workflows)\.ts$/.test(script)),
    [],
  );
  assert.ok(scripts.length > 3);
});

for (const [results, isGreen] of [
  ['success success', true],
  ['success skipped', false],
  ['failure success', false],
  ['cancelled', false],
] as const) {
  test(`ci-ok is ${isGreen ? 'green' : 'red'} after ${results}`, () => {
    const run = textAt(parse(read('.github/workflows/ci.yml')), 'jobs', 'ci-ok', 'steps', 0, 'run') ?? '';
    const { status } = spawnSync('bash', ['-e', '-c', run], { env: { ...process.env, RESULTS: results } });
    assert.equal(status === 0, isGreen);
  });
}

test('Dependabot looks at every place that has packages, and waits with new ones', () => {
  const updates: unknown = valueAt(parse(read('.github/dependabot.yml')), 'updates');
  assert.ok(Array.isArray(updates));
  const places = updates.map((update) => {
    const [directory = textAt(update, 'directory')] = [valueAt(update, 'directories')].flat();
    return `${textAt(update, 'package-ecosystem')} ${String(directory)}`;
  });
  assert.deepEqual(places, [
    'npm /',
    'npm /scripts/pictures',
    'github-actions /',
    'pip /scripts/checks',
    'gomod /test/lab/go/*',
    'maven /test/e2e/builders/jib',
    'gomod /test/e2e/builders/ko',
  ]);
  for (const update of updates) assert.equal(valueAt(update, 'cooldown', 'default-days'), 7);
});

test('action.yml fits the Marketplace: a name like no path, a short description, the version of package.json is one', () => {
  const action: unknown = parse(read('action.yml'));
  assert.match(textAt(action, 'name') ?? '', /^[\w -]{3,}$/);
  assert.ok(
    (textAt(action, 'description') ?? '').length <= 125,
    'the Marketplace cuts a description at 125 characters',
  );
  assert.match(textAt(JSON.parse(read('package.json')), 'version') ?? '', /^\d+\.\d+\.\d+$/);
});
