import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { objectsAt, textAt } from '../../src/values/json.ts';
import { jobOf, stepOf } from '../support/act/act-run.ts';
import {
  deploymentStates,
  exists,
  pullRequestEvent,
  resultsOf,
  rowsUnder,
  runningDigests,
  scheduleEvent,
  told,
  type PullRequestWish,
} from '../support/act/workflow-facts.ts';
import {
  RUNS,
  WAITS,
  openWorkflowScene,
  type RunWish,
  type WorkflowRun,
  type WorkflowScene,
} from '../support/act/workflow-scene.ts';
import type { Cluster } from '../support/cluster.ts';
import { until } from '../support/until.ts';

/** The reusable workflow preview.yml as somebody else calls it, with the bundle. */

const workflow = `
on: [pull_request, schedule]
jobs:
  preview:
    uses: ./.github/workflows/k8s-deploy-preview.yml
    with:
      app: shop
      image: \${{ vars.IMAGE }}
      context: .
      manifests: k8s
      vars: |
        RUN=\${{ vars.RUN }}
        HOST=shop-\${{ github.event.number }}.preview.example.com
      dry-run: \${{ vars.DRY_RUN == 'true' }}
      timeout: 60s
    secrets:
      kubeconfig: \${{ secrets.KUBECONFIG }}
`;
const INGRESS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: server
spec:
  tls:
    - hosts: ['\${HOST}']
  rules:
    - host: '\${HOST}'
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: server, port: { number: 80 } } } }
`;
/** What the job sweep of preview.yml may do. */
const OF_A_SWEEP = { deployments: 'write', 'pull-requests': 'write' } as const;
const READ_ONLY = { contents: 'read', 'pull-requests': 'read' } as const;

let scene: WorkflowScene;
before(async () => {
  scene = await openWorkflowScene({
    workflow,
    permissions: { contents: 'read', deployments: 'write', 'pull-requests': 'write' },
    files: { 'k8s/ingress.yaml': INGRESS },
  });
});
after(async () => scene.close());

/** A pull request of the newest commit, and where its preview belongs. The number is one that no other test has. */
function openPullRequest(): { readonly number: number; readonly preview: Cluster } {
  const number = randomInt(10_000, 9_999_999);
  scene.onGitHub.openPullRequest({ number, head: { ref: 'more', sha: scene.repository.sha() } });
  return { number, preview: scene.namespace(`shop-pr-${number}`) };
}

/** The event of the pull request, at the newest commit. */
async function happen(wish: Omit<PullRequestWish, 'head'>, more: RunWish = {}): Promise<WorkflowRun> {
  const event = pullRequestEvent(scene, { head: scene.repository.sha(), ...wish });
  return scene.run(event, { vars: { RUN: RUNS }, ...more });
}

const deployStep = (run: WorkflowRun): ReturnType<typeof stepOf> => stepOf(jobOf(run, 'deploy'), 'deploy');
const statesOf = (number: number): readonly string[] => deploymentStates(scene, `deploy:shop-pr-${number}`);

test('a pull request is opened, changed and closed: its preview comes, follows and goes, and one comment tells of it', async (t) => {
  const { number, preview } = openPullRequest();
  const url = `https://shop-${number}.preview.example.com/`;
  let firstComment = 0;

  await t.test(
    'opened: the head is deployed into a namespace of its own, and is found at the host of its Ingress',
    async () => {
      const head = scene.repository.sha();
      // What GitHub checks out for a pull request, and names GITHUB_SHA, is its merge into the base branch.
      const merge = scene.repository.commit({ 'version.txt': 'merged\n' });
      const event = pullRequestEvent(scene, { action: 'opened', number, head });
      const run = await scene.run(event, { sha: merge, vars: { RUN: RUNS } });

      assert.deepEqual(resultsOf(run), ['deploy success'], told(run));
      const { outputs, annotations } = deployStep(run);
      assert.deepEqual(
        [outputs['result'], outputs['namespace'], outputs['url'], outputs['sha']],
        ['succeeded', preview.namespace, url, head],
      );
      assert.deepEqual(annotations, []);
      assert.deepEqual(await runningDigests(preview), [outputs['digest']]);
      const [deployment] = scene.onGitHub.deployments();
      assert.deepEqual(
        [deployment?.environment, deployment?.sha, deployment?.ref, deployment?.isTransient, deployment?.isProduction],
        ['preview', head, head, true, false],
      );
      assert.equal(deployment?.statuses.at(-1)?.environmentUrl, url);
      assert.deepEqual(statesOf(number), ['preview in_progress success']);
      const [comment, ...others] = scene.onGitHub.comments(number);
      assert.deepEqual(others, []);
      assert.match(comment?.body ?? '', new RegExp(`^### ✅ Deployed ${head.slice(0, 7)}: .*\n\n<${url}>$`, 'm'));
      assert.match(
        comment?.body ?? '',
        new RegExp(`The preview of pull request ${number} is in the namespace ${preview.namespace}\\.`),
      );
      firstComment = comment?.id ?? 0;
    },
  );

  await t.test('a new commit: the same namespace, the same comment, and the deployment of before is over', async () => {
    const head = scene.repository.commit({ 'version.txt': 'two\n' });
    const run = await happen({ action: 'synchronize', number });

    assert.deepEqual(resultsOf(run), ['deploy success'], told(run));
    assert.deepEqual([deployStep(run).outputs['url'], deployStep(run).outputs['sha']], [url, head]);
    assert.deepEqual(statesOf(number), ['preview in_progress success inactive', 'preview in_progress success']);
    const comments = scene.onGitHub.comments(number);
    assert.deepEqual(
      comments.map(({ id }) => id),
      [firstComment],
    );
    assert.match(comments[0]?.body ?? '', new RegExp(`^### ✅ Deployed ${head.slice(0, 7)}: `, 'm'));
  });

  await t.test('closed: the namespace is gone, nothing is deployed any more, and the comment says so', async () => {
    scene.onGitHub.changePullRequest(number, { state: 'closed' });
    const run = await happen({ action: 'closed', number });

    assert.deepEqual(resultsOf(run), ['destroy success'], told(run));
    assert.equal(await exists(preview), false);
    const { outputs } = stepOf(jobOf(run, 'destroy'), 'destroy');
    assert.deepEqual(JSON.parse(outputs['removed'] ?? ''), [
      { namespace: preview.namespace, app: 'shop', pullRequest: number, why: 'closed', outcome: 'removed' },
    ]);
    assert.deepEqual(statesOf(number), [
      'preview in_progress success inactive',
      'preview in_progress success inactive',
    ]);
    const comments = scene.onGitHub.comments(number);
    assert.deepEqual(
      comments.map(({ id }) => id),
      [firstComment],
    );
    assert.match(
      comments[0]?.body ?? '',
      new RegExp(`^### ✅ The preview of pull request ${number}, .* was removed$`, 'm'),
    );
    assert.doesNotMatch(comments[0]?.body ?? '', /preview\.example\.com/);
  });
  scene.assertGitHubContent();
});

test('a pull request that is closed during its deploy leaves nothing behind', async () => {
  const { number, preview } = openPullRequest();
  // A pod is not ready yet before its container runs, too.
  const touch = async (): Promise<string | undefined> =>
    preview.kubectl(['exec', 'deployment/server', '--', 'touch', '/tmp/ready']).catch(() => undefined);
  // The rollout ends when the file is there: not before the pull request is closed.
  const closeIt = async (): Promise<void> => {
    scene.onGitHub.changePullRequest(number, { state: 'closed' });
    await until('the container runs', touch);
  };
  const run = await happen(
    { action: 'opened', number },
    { vars: { RUN: WAITS }, meanwhile: { atText: '1 not ready yet', act: closeIt } },
  );

  assert.deepEqual(resultsOf(run), ['deploy failure']);
  const { outputs, log } = deployStep(run);
  assert.deepEqual([outputs['result'], outputs['reason'], outputs['url']], ['superseded', 'preview-closed', ''], log);
  assert.equal(await exists(preview), false);
  // Once because the namespace is gone, and once with the verdict.
  assert.deepEqual(statesOf(number), ['preview in_progress inactive inactive']);
  const [comment] = scene.onGitHub.comments(number);
  assert.match(
    comment?.body ?? '',
    new RegExp(`Pull request ${number} was closed meanwhile: its namespace ${preview.namespace} is removed`),
  );
  scene.assertGitHubContent();
});

test('on a schedule, the previews of closed pull requests are removed and the others stay; with dry-run all stay', async () => {
  const [closed, open] = [openPullRequest(), openPullRequest()];
  for (const { number } of [closed, open]) {
    const run = await happen({ action: 'opened', number });
    assert.deepEqual(resultsOf(run), ['deploy success'], told(run));
  }
  // Nobody runs anything for it, as when the pull request has conflicts.
  scene.onGitHub.changePullRequest(closed.number, { state: 'closed' });

  const rehearsal = await scene.run(scheduleEvent(scene), { vars: { DRY_RUN: 'true' }, permissions: OF_A_SWEEP });
  assert.deepEqual(resultsOf(rehearsal), ['sweep success'], told(rehearsal));
  const [closedName, openName] = [closed.preview.namespace, open.preview.namespace];
  const stays = [`\`${openName}\``, String(open.number), 'stays'];
  assert.deepEqual(sweptBy(rehearsal), {
    rows: [[`\`${closedName}\``, String(closed.number), '🗑️ would be removed'], stays],
    removed: [`${closedName} would-be-removed`],
  });
  assert.deepEqual([await exists(closed.preview), await exists(open.preview)], [true, true]);
  assert.deepEqual(rehearsal.changes, []);

  const sweep = await scene.run(scheduleEvent(scene), { permissions: OF_A_SWEEP });
  assert.deepEqual(resultsOf(sweep), ['sweep success'], told(sweep));
  assert.deepEqual(sweptBy(sweep), {
    rows: [[`\`${closedName}\``, String(closed.number), '🗑️ removed'], stays],
    removed: [`${closedName} removed`],
  });
  assert.deepEqual(stepOf(jobOf(sweep, 'sweep'), 'sweep').annotations, []);
  assert.deepEqual([await exists(closed.preview), await exists(open.preview)], [false, true]);
  assert.deepEqual(statesOf(closed.number), ['preview in_progress success inactive']);
  assert.deepEqual(statesOf(open.number), ['preview in_progress success']);
  const [ofClosed = '', ofOpen = ''] = [closed, open].map(({ number }) => scene.onGitHub.comments(number)[0]?.body);
  assert.match(ofClosed, new RegExp(`^### ✅ The preview of pull request ${closed.number}, .* was removed$`, 'm'));
  assert.match(ofOpen, /^### ✅ Deployed /m);
  scene.assertGitHubContent();
});

test('a pull request of a fork is built, and neither pushed nor deployed: green, and it says so', async () => {
  const number = randomInt(10_000, 9_999_999);
  const preview = scene.namespace(`shop-pr-${number}`);
  scene.repository.commit({ 'version.txt': 'of a stranger\n' });
  scene.onGitHub.openPullRequest({ number, head: { sha: scene.repository.sha(), repository: 'stranger/app' } });
  const [pushed, asked] = [await scene.pushed.contents(), scene.github.requests().length];
  const run = await happen({ action: 'opened', number, isFork: true }, { secrets: {}, permissions: READ_ONLY });

  assert.equal(run.exitCode, 0, told(run));
  assert.deepEqual(resultsOf(run), ['deploy success']);
  const { outputs, summary, log } = deployStep(run);
  const verdict = `Built the image of ${scene.repository.sha().slice(0, 7)} without pushing it: the pull request comes from a fork, so this run has no secrets and must not push or deploy`;
  assert.ok(log.includes(`succeeded: ${verdict}\n`), log);
  assert.ok(summary.startsWith(`## ✅ ${verdict}\n`), summary);
  assert.deepEqual([outputs['result'], outputs['image'], outputs['url']], ['succeeded', '', '']);
  assert.deepEqual([run.builds.length, run.changes], [1, []]);
  assert.deepEqual(await scene.pushed.contents(), pushed);
  assert.equal(await exists(preview), false);
  assert.deepEqual(
    scene.github
      .requests()
      .slice(asked)
      .filter(({ method }) => method !== 'GET'),
    [],
  );
  assert.deepEqual(scene.onGitHub.comments(number), []);
  scene.assertGitHubContent();
});

/** What the table of the summary says of each preview, and the namespaces of the output removed. */
function sweptBy(run: WorkflowRun): {
  readonly rows: readonly (readonly string[])[];
  readonly removed: readonly string[];
} {
  const { outputs, summary } = stepOf(jobOf(run, 'sweep'), 'sweep');
  const removed = objectsAt({ list: JSON.parse(outputs['removed'] ?? '[]') }, 'list');
  return {
    rows: rowsUnder(summary, 'Previews').map((row) => row.slice(0, 3)),
    removed: removed.map((one) => `${textAt(one, 'namespace') ?? ''} ${textAt(one, 'outcome') ?? ''}`),
  };
}
