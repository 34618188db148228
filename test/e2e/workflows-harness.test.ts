import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { borrowLab } from '../support/e2e-lab.ts';
import { processesWith } from '../support/runner.ts';
import { jobOf, outputsOf, stepOf } from '../support/act/act-run.ts';
import { callerRepository } from '../support/act/caller-repository.ts';
import { runAct, type ActOptions } from '../support/act/run-act.ts';

const { lab, giveBack } = await borrowLab();
const WORKFLOW = join(import.meta.dirname, '../../.github/workflows/deploy.yml');
const ENVIRONMENTS = JSON.stringify([{ name: 'a/b' }, { name: 'a b' }, { name: 'broken' }]);
const CALLER = `
on: push
jobs:
  call:
    uses: ./.github/workflows/k8s-deploy-deploy.yml
    with:
      environments: '${ENVIRONMENTS}'
      image: registry.example.com/app
      context: .
      manifests: k8s
    secrets:
      kubeconfig: \${{ secrets.KUBECONFIG }}
      env: \${{ secrets.LINES }}
`;

/** An action that only says what it was given: the harness is under test here, and not what it runs. */
const STUB = `
import { appendFileSync, globSync, writeFileSync, existsSync } from 'node:fs';
const input = (name) => process.env['INPUT_' + name.toUpperCase()] ?? '';
const output = (name, value) => appendFileSync(process.env.GITHUB_OUTPUT, name + '=' + value + '\\n');
appendFileSync(process.env.GITHUB_STATE, 'command=' + input('command') + '\\n');
appendFileSync(process.env.GITHUB_STEP_SUMMARY, '# ' + (input('command') || 'deploy') + ' ' + input('environment') + '\\n');
if (input('command') === 'matrix') {
  const include = JSON.parse(input('environments')).map((one) => ({ ...one, 'timeout-minutes': 5 }));
  output('matrix', JSON.stringify({ include }));
} else if (input('command') === 'collect') {
  output('deploys', JSON.stringify(globSync(input('results') + '/**/*.json').toSorted()));
  output('result', 'failed');
} else if (input('environment') === '') {
  output('images', input('image') + '@sha256:1');
  output('digest', 'sha256:1');
} else {
  console.log(JSON.stringify({ images: input('images'), vars: input('vars'), hasSources: existsSync('Dockerfile'), kubeconfig: input('kubeconfig').length }));
  const report = process.env.RUNNER_TEMP + '/report-' + process.env.GITHUB_RUN_ATTEMPT + '.json';
  writeFileSync(report, '{}');
  output('report', report);
  process.exitCode = input('environment') === 'broken' && process.env.GITHUB_RUN_ATTEMPT === '1' ? 1 : 0;
}
`;

const repository = callerRepository({ files: { '.github/workflows/ci.yml': CALLER, Dockerfile: 'FROM scratch\n' } });
const action = join(repository.around, 'stub');
mkdirSync(action);
writeFileSync(join(action, 'action.yml'), 'name: stub\nruns:\n  using: node24\n  main: main.mjs\n  post: post.mjs\n');
writeFileSync(join(action, 'main.mjs'), STUB);
writeFileSync(join(action, 'post.mjs'), 'console.log(`after ${process.env.STATE_command}`);\n');
after(async () => {
  repository.remove();
  await giveBack();
});

const options: ActOptions = {
  repository,
  workflow: '.github/workflows/ci.yml',
  event: { name: 'push', payload: { ref: 'refs/heads/main' } },
  secrets: { KUBECONFIG: 'a kubeconfig', LINES: 'USER=me\nPASSWORD=hunter22\n' },
  env: { PATH: lab.env['PATH'] ?? '' },
  action,
  runId: 7,
};

test('the reusable workflow runs: one leg of three fails, the others and the last job go on', async () => {
  const run = await runAct(options);
  assert.deepEqual(
    run.jobs.map(({ id, matrix, result }) => `${id} ${matrix['name'] ?? ''} ${result}`).toSorted(),
    ['collect  success', 'deploy a b success', 'deploy a/b success', 'deploy broken failure', 'prepare  success'],
    run.raw,
  );
  assert.notEqual(run.exitCode, 0);
  assert.deepEqual(run.survivors, []);
  const leg = jobOf(run, 'deploy', 'a/b');
  assert.deepEqual(JSON.parse(stepOf(leg, 'deploy').log), {
    images: 'registry.example.com/app@sha256:1',
    vars: '\n\nUSER=me\nPASSWORD=***\n\n',
    hasSources: true,
    kubeconfig: 12,
  });
  assert.equal(stepOf(leg, 'deploy').summary, '# deploy a/b\n');
  assert.equal(leg.steps.find(({ stage }) => stage === 'Post')?.log, 'after \n');
  assert.equal(outputsOf(run, WORKFLOW)['digest'], 'sha256:1');
  assert.equal(JSON.parse(outputsOf(run, WORKFLOW)['deploys'] ?? '').length, 3);
});

test('a re-run sees what the first attempt has uploaded', async () => {
  const run = await runAct({ ...options, attempt: 2 });
  assert.equal(run.exitCode, 0, run.raw);
  assert.equal(JSON.parse(stepOf(jobOf(run, 'collect'), 'collect').outputs['deploys'] ?? '').length, 6);
});

test('artifacts are as picky as those of GitHub', async () => {
  assert.equal(await upload('first'), 'success');
  assert.match(await upload('first'), /^failure .*\(409\) Conflict/);
  assert.equal(await upload('first', ', overwrite: true'), 'success');
  assert.match(await upload('a/b'), /^failure The artifact name is not valid/);
  assert.match(
    await upload('second', ', compression-level: 9'),
    /^failure .*does not know the input compression-level/,
  );
});

test('one artifact alone is laid out without a folder, several with one each', async () => {
  assert.equal(await layout(['r-a', 'other'], 9), 'all/one.txt');
  assert.equal(await layout(['r-a', 'r-b'], 10), 'all/r-a/one.txt all/r-b/one.txt');
});

test('a job has an empty workspace, until it checks out the commit that it asks for', async () => {
  const old = repository.commit({ 'which.txt': 'old\n' });
  const steps = `
      - id: before
        run: ls | wc -l
      - uses: ${pinOf('checkout')}
        with: { ref: ${old} }
      - id: after
        run: cat which.txt`;
  repository.commit({ 'which.txt': 'new\n', '.github/workflows/one.yml': jobWith(steps) });
  const run = await runAct({ ...options, workflow: '.github/workflows/one.yml', runId: 11 });
  assert.equal(stepOf(jobOf(run, 'one'), 'before').log.trim(), '0');
  assert.equal(stepOf(jobOf(run, 'one'), 'after').log.trim(), 'old');
});

test('a run that takes too long ends, with all its processes', async () => {
  repository.commit({ '.github/workflows/one.yml': jobWith('\n      - run: sleep 600 & sleep 600') });
  const slow = { ...options, workflow: '.github/workflows/one.yml', runId: 12, longestSeconds: 3 };
  await assert.rejects(runAct(slow), /more than 3 s/);
  assert.deepEqual(processesWith(`K8S_DEPLOY_ACT_RUN=${repository.around}`), []);
});

test('a cancelled run kills its step at once, which GitHub does after 10 s only, and runs the post step', async () => {
  const slow = join(repository.around, 'slow');
  mkdirSync(slow);
  writeFileSync(join(slow, 'action.yml'), 'name: slow\nruns:\n  using: node24\n  main: main.mjs\n  post: post.mjs\n');
  writeFileSync(join(slow, 'main.mjs'), 'console.log("it begins"); setTimeout(() => {}, 60_000);');
  writeFileSync(join(slow, 'post.mjs'), 'console.log("cleaned up");');
  repository.commit({ '.github/workflows/one.yml': jobWith('\n      - id: slow\n        uses: org/slow@v1') });
  const run = await runAct({
    ...options,
    workflow: '.github/workflows/one.yml',
    runId: 13,
    actions: { 'org/slow@v1': slow },
    cancelAtText: 'it begins',
    longestSeconds: 20,
  });
  const { result, steps } = jobOf(run, 'one');
  assert.deepEqual(
    [result, steps.map(({ stage, outcome, log }) => [stage, outcome, log])],
    [
      'failure',
      [
        ['Main', 'failure', 'it begins\n'],
        ['Post', 'success', 'cleaned up\n'],
      ],
    ],
  );
  assert.ok(run.seconds < 10, `it took ${run.seconds} s`);
});

/** What came of an upload to the run 8. */
async function upload(name: string, more = ''): Promise<string> {
  const steps = `
    - run: echo one > one.txt
    - id: upload
      uses: ${pinOf('upload-artifact')}
      with: { name: '${name}', path: one.txt${more} }`;
  repository.commit({ '.github/workflows/one.yml': jobWith(steps) });
  const run = await runAct({ ...options, workflow: '.github/workflows/one.yml', runId: 8 });
  const { outcome, annotations } = stepOf(jobOf(run, 'one'), 'upload');
  return `${outcome} ${annotations.map(({ message }) => message).join()}`.trim();
}

/** The files that a download of r-* leaves, when artifacts of these names were uploaded. */
async function layout(names: readonly string[], runId: number): Promise<string> {
  const uploads = names.map(
    (name) => `
    - uses: ${pinOf('upload-artifact')}
      with: { name: ${name}, path: one.txt }`,
  );
  const steps = `
    - run: echo one > one.txt${uploads.join('')}
    - uses: ${pinOf('download-artifact')}
      with: { pattern: r-*, path: all }
    - id: find
      run: find all -type f | sort | tr '\\n' ' '`;
  repository.commit({ '.github/workflows/one.yml': jobWith(steps) });
  const run = await runAct({ ...options, workflow: '.github/workflows/one.yml', runId });
  return stepOf(jobOf(run, 'one'), 'find').log.trim();
}

function jobWith(steps: string): string {
  return `on: push\njobs:\n  one:\n    runs-on: ubuntu-24.04\n    steps:${steps}\n`;
}

function pinOf(name: string): string {
  const files = readFileSync(WORKFLOW, 'utf8');
  return new RegExp(`actions/${name}@[0-9a-f]{40}`).exec(files)?.[0] ?? assert.fail(`${name} is not in ${WORKFLOW}`);
}
