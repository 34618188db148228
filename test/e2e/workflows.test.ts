import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isJsonObject, objectsAt, textAt, type JsonObject } from '../../src/values/json.ts';
import { jobOf, outputsOf, stepOf } from '../support/act/act-run.ts';
import {
  deploymentStates,
  exists,
  pushEvent,
  resultsOf,
  rowsUnder,
  runningDigests,
  told,
} from '../support/act/workflow-facts.ts';
import {
  CRASHES,
  RUNS,
  openWorkflowScene,
  type RunWish,
  type WorkflowRun,
  type WorkflowScene,
} from '../support/act/workflow-scene.ts';

/** The reusable workflow deploy.yml as somebody else calls it, with the bundle: each test of one order goes on where the one before it ended. */

const WORKFLOW = join(import.meta.dirname, '../../.github/workflows/deploy.yml');
const IMAGES = '.github/workflows/images.yml';
/** What the broken environments say, as a pattern. */
const CRASH =
  'deployment/server did not roll out: container server exits with code 3 \\(CrashLoopBackOff, \\d+ restarts?\\): no database at db-prod:5432';
/** Where staging is said to be. */
const WRONG = 'This is not the expected cluster: expected https://staging.example.com:6443, found .*';
const TYPO = /^environments: entry 2 \(staging\): namspace: did you mean namespace\?/;
const NOT_VERIFIED = /^failed: .*@sha256:[0-9a-f]{64} was not verified in staging$/m;

const callerOf = (order: string, source: string): string => `
on: push
jobs:
  call:
    uses: ./.github/workflows/k8s-deploy-deploy.yml
    with:
      environments: \${{ vars.ENVIRONMENTS }}
      order: ${order}
      app: shop
${source}
      manifests: k8s
      create-namespace: true
      timeout: 60s
    secrets:
      kubeconfig: \${{ secrets.KUBECONFIG }}
`;
const BUILD = '      image: ${{ vars.IMAGE }}\n      context: .';
const DEPLOY_ONLY = '      images: ${{ vars.IMAGE }}';
const permissions = { contents: 'read', deployments: 'write' } as const;

let parallel: WorkflowScene;
let sequence: WorkflowScene;
before(async () => {
  const files = { [IMAGES]: callerOf('parallel', DEPLOY_ONLY) };
  parallel = await openWorkflowScene({ workflow: callerOf('parallel', BUILD), permissions, files });
  sequence = await openWorkflowScene({ workflow: callerOf('sequence', BUILD), permissions, order: 'sequence' });
});
after(async () => {
  await parallel.close();
  await sequence.close();
});

/** Name → the fields that are other than usual. */
type Environments = Readonly<Record<string, object>>;

const CRASHING = { vars: [`RUN=${CRASHES}`] };
const ELSEWHERE = { 'expect-cluster': 'https://staging.example.com:6443' };

const namespaceOf = ({ mark }: WorkflowScene, environment: string): string => `e2e-workflow-${mark}-${environment}`;

/** A push that goes to these environments. */
async function deployTo(scene: WorkflowScene, environments: Environments, wish: RunWish = {}): Promise<WorkflowRun> {
  const list = Object.entries(environments).map(([name, more]) => {
    const { namespace } = scene.namespace(namespaceOf(scene, name));
    return { name, namespace, vars: [`RUN=${RUNS}`], ...more };
  });
  return scene.run(pushEvent(scene), { vars: { ENVIRONMENTS: JSON.stringify(list) }, ...wish });
}

const short = ({ repository }: WorkflowScene): string => repository.sha().slice(0, 7);

/** The output deploys of the workflow. */
function deploysOf(run: WorkflowRun): readonly JsonObject[] {
  return objectsAt({ list: JSON.parse(outputsOf(run, WORKFLOW)['deploys'] ?? '[]') }, 'list').filter(isJsonObject);
}

const columns = (run: WorkflowRun, ...names: readonly string[]): readonly (readonly string[])[] =>
  deploysOf(run).map((deploy) => names.map((name) => textAt(deploy, name) ?? String(deploy[name])));

const verdictOf = (run: WorkflowRun): string =>
  /^(?:succeeded|failed|timed-out|unknown): (.*)$/m.exec(stepOf(jobOf(run, 'collect'), 'collect').log)?.[0] ?? '';

let broken: WorkflowRun;
let digest = '';

test('three environments, one of them broken: two run the commit, the third says why, and the last job tells of all', async () => {
  broken = await deployTo(parallel, { dev: {}, staging: {}, prod: CRASHING }, { runId: 70 });

  assert.deepEqual(
    resultsOf(broken),
    ['collect failure', 'deploy dev success', 'deploy prod failure', 'deploy staging success', 'prepare success'],
    told(broken),
  );
  assert.notEqual(broken.exitCode, 0);
  assert.deepEqual(broken.survivors, []);
  assert.match(
    verdictOf(broken),
    new RegExp(`^failed: 2 of 3 environments run ${short(parallel)}; prod failed: ${CRASH}$`),
  );
  const { summary, annotations } = stepOf(jobOf(broken, 'collect'), 'collect');
  const rows = rowsUnder(summary, 'Environments');
  const link = '[run](https://github.com/org/app/actions/runs/70/attempts/1)';
  assert.deepEqual(
    rows.map(([environment, result, , commit, , , , run]) => [environment, result, commit, run]),
    [
      ['dev', '✅ succeeded', `\`${short(parallel)}\``, link],
      ['staging', '✅ succeeded', `\`${short(parallel)}\``, link],
      ['prod', '❌ failed', `\`${short(parallel)}\``, link],
    ],
  );
  assert.match(rows[2]?.[2] ?? '', new RegExp(`^${CRASH}$`));
  assert.deepEqual(
    annotations.map(({ level, message }) => `${level} ${message.split(':')[0] ?? ''}`),
    ['error prod failed'],
  );
  const prod = stepOf(jobOf(broken, 'deploy', 'prod'), 'deploy');
  assert.match(prod.summary, new RegExp(`^## ❌ ${CRASH}$`, 'm'));
  assert.equal(prod.outputs['reason'], 'container-crashed');
});

test('the outputs of the workflow have the image and each environment, though one has failed', () => {
  const outputs = outputsOf(broken, WORKFLOW);
  digest = outputs['digest'] ?? '';

  assert.match(digest, /^sha256:[0-9a-f]{64}$/);
  assert.equal(outputs['image'], `${parallel.image}:${parallel.repository.sha()}@${digest}`);
  assert.equal(outputs['images'], outputs['image']);
  assert.equal(outputs['result'], 'failed');
  assert.deepEqual(columns(broken, 'environment', 'app', 'namespace', 'result', 'reason', 'digest', 'attempt'), [
    ['dev', 'shop', namespaceOf(parallel, 'dev'), 'succeeded', 'null', digest, '1'],
    ['staging', 'shop', namespaceOf(parallel, 'staging'), 'succeeded', 'null', digest, '1'],
    ['prod', 'shop', namespaceOf(parallel, 'prod'), 'failed', 'container-crashed', digest, '1'],
  ]);
});

test('the image is built and pushed once, and every environment was given that digest', async () => {
  assert.equal(broken.builds.length, 1);
  const { [parallel.repository.sha()]: pushed, ...others } = await parallel.pushed.contents();
  assert.equal(pushed, digest);
  assert.deepEqual(
    Object.keys(others).filter((tag) => !/^(buildcache|verified)-/.test(tag)),
    [],
  );
  for (const environment of ['dev', 'staging', 'prod']) {
    // Before it has asked the registry for anything.
    const { log } = stepOf(jobOf(broken, 'deploy', environment), 'deploy');
    assert.ok(
      log.split('\n')[0]?.endsWith(`${parallel.image}:main → ${outputsOf(broken, WORKFLOW)['image'] ?? ''}`),
      log,
    );
    assert.deepEqual(await runningDigests(parallel.namespace(namespaceOf(parallel, environment))), [digest]);
  }
});

test('GitHub has a deployment for each environment, of the branch, at the commit, with how it ended', () => {
  assert.deepEqual(deploymentStates(parallel).toSorted(), [
    'dev in_progress success',
    'prod in_progress failure',
    'staging in_progress success',
  ]);
  for (const {
    ref,
    sha,
    task,
    payload,
    isTransient,
    isProduction,
    environment,
    statuses,
  } of parallel.onGitHub.deployments()) {
    assert.deepEqual([ref, sha, task, isTransient], ['main', parallel.repository.sha(), 'deploy:shop', false]);
    assert.equal(textAt(payload, 'app'), 'shop');
    assert.equal(isProduction, environment === 'prod');
    assert.deepEqual(
      statuses.map(({ logUrl }) => logUrl),
      statuses.map(() => 'https://github.com/org/app/actions/runs/70/attempts/1'),
    );
    assert.match(statuses.at(-1)?.description ?? '', environment === 'prod' ? new RegExp(CRASH) : /^Deployed /);
  }
  parallel.assertGitHubContent();
});

test('a re-run of what failed builds nothing, deploys that alone, and the last job has the newest attempt of each', async () => {
  const run = await deployTo(parallel, { dev: {}, staging: {}, prod: {} }, { runId: 70, attempt: 2, legs: ['prod'] });

  assert.deepEqual(resultsOf(run), ['collect success', 'deploy prod success', 'prepare success'], told(run));
  assert.equal(run.exitCode, 0);
  assert.deepEqual(run.builds, []);
  assert.equal(outputsOf(run, WORKFLOW)['digest'], digest);
  assert.equal(outputsOf(run, WORKFLOW)['result'], 'succeeded');
  assert.equal(verdictOf(run), `succeeded: 3 environments run ${short(parallel)}`);
  assert.deepEqual(columns(run, 'environment', 'result', 'digest', 'attempt'), [
    ['dev', 'succeeded', digest, '1'],
    ['staging', 'succeeded', digest, '1'],
    ['prod', 'succeeded', digest, '2'],
  ]);
  const rows = rowsUnder(stepOf(jobOf(run, 'collect'), 'collect').summary, 'Environments');
  assert.deepEqual(
    rows.map((row) => row.at(-1)),
    [
      '[run](https://github.com/org/app/actions/runs/70/attempts/1)',
      '[run](https://github.com/org/app/actions/runs/70/attempts/1)',
      '[attempt 2](https://github.com/org/app/actions/runs/70/attempts/2)',
    ],
  );
  assert.deepEqual(deploymentStates(parallel).toSorted(), [
    'dev in_progress success',
    'prod in_progress failure',
    'prod in_progress success',
    'staging in_progress success',
  ]);
  // The branch may have moved on since the first attempt.
  assert.equal(parallel.onGitHub.deployments().at(-1)?.ref, parallel.repository.sha());
});

test('images that are there already are deployed without a build, and replace what GitHub shows as deployed', async () => {
  const run = await deployTo(parallel, { dev: {} }, { workflow: IMAGES, runId: 71 });

  assert.deepEqual(resultsOf(run), ['collect success', 'deploy dev success', 'prepare success'], told(run));
  assert.deepEqual(run.builds, []);
  assert.equal(stepOf(jobOf(run, 'deploy', 'dev'), 'deploy').outputs['digest'], digest);
  assert.equal(outputsOf(run, WORKFLOW)['digest'], '');
  assert.deepEqual(columns(run, 'environment', 'result', 'digest'), [['dev', 'succeeded', digest]]);
  assert.equal(verdictOf(run), `succeeded: dev runs ${short(parallel)}`);
  assert.deepEqual(
    deploymentStates(parallel).filter((line) => line.startsWith('dev ')),
    ['dev in_progress success inactive', 'dev in_progress success'],
  );
  parallel.assertGitHubContent();
});

test('an environment with a field that does not exist ends the run before anything is built or deployed', async () => {
  const before = parallel.github.requests().length;
  parallel.repository.commit({ 'version.txt': 'typo\n' });
  const run = await parallel.run(pushEvent(parallel), {
    vars: { ENVIRONMENTS: JSON.stringify([{ name: 'dev' }, { name: 'staging', namspace: 'shop-staging' }]) },
  });

  assert.deepEqual(resultsOf(run), ['prepare failure'], told(run));
  assert.notEqual(run.exitCode, 0);
  assert.deepEqual([run.builds, run.changes], [[], []]);
  const { annotations, outputs } = stepOf(jobOf(run, 'prepare'), 'matrix');
  assert.equal(outputs['reason'], 'input-invalid');
  assert.match(annotations.map(({ message }) => message).join('\n'), TYPO);
  assert.equal(parallel.github.requests().length, before);
});

test('in a sequence, what comes after a failure is not started: it did not report', async () => {
  const run = await deployTo(
    sequence,
    { dev: {}, staging: ELSEWHERE, prod: {} },
    { runId: 80, legs: ['dev', 'staging'] },
  );

  assert.deepEqual(
    resultsOf(run),
    ['collect failure', 'deploy dev success', 'deploy staging failure', 'prepare success'],
    told(run),
  );
  assert.match(
    verdictOf(run),
    new RegExp(`^failed: 1 of 3 environments runs ${short(sequence)}; staging failed: ${WRONG} \\(and 1 more\\)$`),
  );
  const messages = stepOf(jobOf(run, 'collect'), 'collect').annotations.map(({ message }) => message);
  assert.match(messages.join('\n'), /^prod did not report/m);
  assert.deepEqual(columns(run, 'environment', 'result', 'reason'), [
    ['dev', 'succeeded', 'null'],
    ['staging', 'failed', 'wrong-cluster'],
    ['prod', 'unknown', 'results-missing'],
  ]);
});

test('started all the same, it is stopped by the gate: it was not verified in the environment before', async () => {
  const run = await deployTo(
    sequence,
    { dev: {}, staging: ELSEWHERE, prod: {} },
    { runId: 80, attempt: 2, legs: ['prod'] },
  );

  assert.deepEqual(resultsOf(run), ['collect failure', 'deploy prod failure', 'prepare success'], told(run));
  const prod = stepOf(jobOf(run, 'deploy', 'prod'), 'deploy');
  assert.equal(prod.outputs['reason'], 'not-verified');
  assert.match(prod.log, NOT_VERIFIED);
  assert.deepEqual(run.changes, []);
  assert.equal(await exists(sequence.namespace(namespaceOf(sequence, 'prod'))), false);
  assert.deepEqual(columns(run, 'environment', 'result', 'reason', 'attempt'), [
    ['dev', 'succeeded', 'null', '1'],
    ['staging', 'failed', 'wrong-cluster', '1'],
    ['prod', 'failed', 'not-verified', '2'],
  ]);
});

test('mended, all environments get the digest, one after the other', async () => {
  const earlier = sequence.onGitHub.deployments().length;
  const run = await deployTo(sequence, { dev: {}, staging: {}, prod: {} }, { runId: 80, attempt: 3 });

  assert.equal(run.exitCode, 0, told(run));
  assert.deepEqual(run.builds, []);
  assert.equal(verdictOf(run), `succeeded: 3 environments run ${short(sequence)}`);
  assert.deepEqual(columns(run, 'environment', 'result', 'attempt'), [
    ['dev', 'succeeded', '3'],
    ['staging', 'succeeded', '3'],
    ['prod', 'succeeded', '3'],
  ]);
  const [dev, staging, prod] = sequence.onGitHub.deployments().slice(earlier);
  assert.deepEqual([dev?.environment, staging?.environment, prod?.environment], ['dev', 'staging', 'prod']);
  // Numbers grow with time.
  assert.ok((dev?.statuses.at(-1)?.id ?? Infinity) < (staging?.id ?? 0));
  assert.ok((staging?.statuses.at(-1)?.id ?? Infinity) < (prod?.id ?? 0));
  assert.deepEqual(deploymentStates(sequence), [
    'dev in_progress success inactive',
    'staging in_progress failure',
    'prod in_progress failure',
    'dev in_progress success',
    'staging in_progress success',
    'prod in_progress success',
  ]);
  sequence.assertGitHubContent();
});
