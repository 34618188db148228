import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { objectsAt, textAt } from '../../src/values/json.ts';
import { newRevisions } from '../support/cluster.ts';
import { markOf, openPreviewScene, type PreviewScene } from '../support/preview-scene.ts';
import { workloadsOf } from '../support/runner.ts';
import type { Deploy } from '../support/scene.ts';
import { configMapText, documents, workloadText } from '../support/workload-text.ts';

/** The preview of pull request 7, from its first deploy to its end: each test goes on where the one before it ended. */

let previews: PreviewScene;
before(async () => {
  previews = await openPreviewScene('previews');
  previews.repository.openPullRequest({ number: 7 });
  previews.scene.write('k8s/app.yaml', documents(configMapText('settings', { mode: 'one' }), web()));
  previews.preview(7);
});
after(async () => previews.scene.close());

const SERVE = ['sh', '-c', 'exec sleep 2147483647'];
const PROBE = { exec: { command: ['true'] }, periodSeconds: 1 };
const web = (command: readonly string[] = SERVE): string =>
  workloadText({
    name: 'web',
    spec: { progressDeadlineSeconds: 5 },
    containers: [{ command, envFrom: 'settings', readinessProbe: PROBE }],
  });

const GUARDS = {
  'preview-quota': 'pods=20\nrequests.cpu=2',
  'preview-limits': 'defaultRequest.cpu=50m\nmax.memory=1Gi',
  'preview-network': 'isolated',
  'preview-allow-from': 'ingress-nginx',
};
const URL = 'https://pr-7.preview.example.com';
const said = ({ exitCode, outputs }: Deploy): readonly unknown[] => [exitCode, outputs['result'], outputs['reason']];
const deploySeven = async (): Promise<Deploy> =>
  previews.deploy(7, { inputs: { ...GUARDS, 'environment-url': URL, 'must-exist': 'references' } });
const seven = (): string => `${previews.app}-pr-7`;
const states = (): readonly string[] => previews.deployments(7).map(({ state }) => state);
const comments = (): readonly string[] => previews.repository.comments(7).map(({ body }) => body);

describe('the preview of a pull request', () => {
  let firstComment: number | undefined;
  let firstExpiry = '';

  test('a first deploy makes the namespace with its guards, the comment, and a deployment of an environment that goes away', async () => {
    const deploy = await deploySeven();

    assert.deepEqual(said(deploy), [0, 'succeeded', ''], deploy.log);
    assert.deepEqual([deploy.outputs['namespace'], deploy.outputs['url']], [seven(), URL]);
    const namespace = await previews.namespace(seven());
    const marks = ['preview', 'repository-id', 'pull-request', 'repository'].map((name) =>
      markOf(namespace, `k8s-deploy/${name}`),
    );
    assert.deepEqual(marks, [previews.app, previews.repositoryId, '7', 'org/app']);
    firstExpiry = markOf(namespace, 'k8s-deploy/expires-at') ?? '';
    assert.equal(markOf(namespace, 'k8s-deploy/expires'), firstExpiry.replaceAll(/[-:]|\.\d+/g, ''));
    const lives = (Date.parse(firstExpiry) - Date.now()) / 86_400_000;
    assert.ok(lives > 6.99 && lives <= 7, `${lives} days`);
    const guards = await previews
      .preview(7)
      .kubectl(['get', 'resourcequota,limitrange,networkpolicy', '--output=json']);
    const specs = objectsAt(JSON.parse(guards), 'items').map((guard) => [guard['kind'], guard['spec']]);
    assert.deepEqual(Object.fromEntries(specs), {
      ResourceQuota: { hard: { pods: '20', 'requests.cpu': '2' } },
      LimitRange: {
        limits: [
          {
            type: 'Container',
            defaultRequest: { cpu: '50m', memory: '1Gi' },
            max: { memory: '1Gi' },
            default: { memory: '1Gi' },
          },
        ],
      },
      NetworkPolicy: {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [
              { podSelector: {} },
              { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } },
            ],
          },
        ],
      },
    });
    const [deployment, ...others] = previews.deployments(7);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [deployment?.environment, deployment?.isTransient, deployment?.isProduction, deployment?.sha, deployment?.state],
      ['preview', true, false, previews.scene.sha, 'success'],
    );
    assert.equal(deployment?.statuses.at(-1)?.environmentUrl, URL);
    const [comment, ...more] = previews.repository.comments(7);
    assert.deepEqual(more, []);
    firstComment = comment?.id;
    assert.match(comment?.body ?? '', new RegExp(`^### ✅ Deployed ${previews.scene.sha.slice(0, 7)}: `, 'm'));
    assert.match(
      comment?.body ?? '',
      /^\[https:\/\/pr-7\.preview\.example\.com\]\(https:\/\/pr-7\.preview\.example\.com\/\)$/m,
    );
    const until = `${firstExpiry.slice(0, 16).replace('T', ' ')} UTC`;
    const says = `The preview of pull request 7 is in the namespace ${seven()}. It lives until ${until};`;
    assert.ok(comment?.body.includes(says), comment?.body);
    const report: unknown = JSON.parse(deploy.report);
    assert.equal(textAt(report, 'preview', 'expiresAt'), firstExpiry);
  });

  test('the next commit updates it in place: one new revision, the same comment, a later end, and the first deployment is inactive', async () => {
    previews.scene.commit();
    previews.scene.replace('k8s/app.yaml', 'exec sleep', 'true; exec sleep');
    const before = await previews.preview(7).revisions();

    const deploy = await deploySeven();

    assert.deepEqual(said(deploy), [0, 'succeeded', ''], deploy.log);
    assert.deepEqual(newRevisions(before, await previews.preview(7).revisions()), { web: 1 });
    const expiry = markOf(await previews.namespace(seven()), 'k8s-deploy/expires-at') ?? '';
    assert.ok(expiry > firstExpiry, `${expiry} is not after ${firstExpiry}`);
    assert.deepEqual(
      previews.repository.comments(7).map(({ id }) => id),
      [firstComment],
    );
    assert.ok(comments()[0]?.includes(`commit \`${previews.scene.sha.slice(0, 7)}\``), comments()[0]);
    assert.deepEqual(states(), ['inactive', 'success']);
  });

  test('the same commit again changes nothing but the end, and says so', async () => {
    const before = await previews.preview(7).snapshot();

    const deploy = await deploySeven();

    assert.deepEqual([...said(deploy), deploy.outputs['changed']], [0, 'succeeded', '', 'true'], deploy.log);
    assert.equal(workloadsOf(deploy)['deployment/web']?.change, 'unchanged');
    assert.match(deploy.log, /^succeeded: Deployed [0-9a-f]{7}: 1 object changed$/m);
    assert.equal(deploy.changes.length, 1, deploy.changes.join('\n'));
    assert.deepEqual(await previews.preview(7).snapshot(), before);
  });

  test('a plan has a comment of its own and leaves that of the preview alone', async () => {
    const [before] = comments();

    const plan = await previews.deploy(7, { inputs: { ...GUARDS, command: 'plan' } });

    assert.deepEqual([...said(plan), plan.outputs['namespace']], [0, 'succeeded', '', seven()], plan.log);
    assert.deepEqual(plan.changes, []);
    const [preview, planned, ...others] = comments();
    assert.deepEqual([preview, others], [before, []]);
    assert.ok(planned?.startsWith(`<!-- k8s-deploy: plan ${previews.app} ${seven()} -->\n`), planned);
    assert.ok(plan.summary.includes(`The namespace of the preview of pull request 7 is ${seven()}.`), plan.summary);
    assert.equal(states().length, 3);
  });

  test('a rollout that fails is in the comment with what the pod says, and the namespace stays', async () => {
    previews.scene.commit();
    previews.scene.write(
      'k8s/app.yaml',
      documents(
        configMapText('settings', { mode: 'one' }),
        web(['sh', '-c', 'echo DATABASE_URL is not set >&2; exit 3']),
      ),
    );

    const deploy = await deploySeven();

    assert.deepEqual(said(deploy), [1, 'failed', 'container-crashed'], deploy.log);
    const [comment = ''] = comments();
    assert.match(comment, /^### ❌ deployment\/web did not roll out: container main exits with code 3 /m);
    assert.match(comment, /DATABASE\\?_URL is not set/);
    assert.match(comment, /, and may run an earlier commit or none\. It lives until /);
    assert.deepEqual(states(), ['inactive', 'inactive', 'success', 'failure']);
    assert.equal(textAt(await previews.namespace(seven()), 'status', 'phase'), 'Active');
  });

  test('a dry run of destroy says what would go, and changes nothing, on GitHub neither', async () => {
    const [commentsBefore, statesBefore] = [comments(), states()];

    const destroy = await previews.destroy(7, { inputs: { 'dry-run': 'true' } });

    assert.deepEqual([...said(destroy), destroy.outputs['changed']], [0, 'succeeded', '', 'false'], destroy.log);
    assert.match(destroy.log, /^succeeded: The preview of pull request 7, the namespace \S+, would be removed$/m);
    assert.deepEqual(JSON.parse(destroy.outputs['removed'] ?? ''), [
      { namespace: seven(), app: previews.app, pullRequest: 7, why: 'closed', outcome: 'would-be-removed' },
    ]);
    assert.deepEqual([destroy.changes, comments(), states()], [[], commentsBefore, statesBefore]);
    assert.equal(textAt(await previews.namespace(seven()), 'status', 'phase'), 'Active');
  });

  test('destroy removes the namespace, waits until it is gone, and says so in the comment and the deployments', async () => {
    previews.repository.changePullRequest(7, { state: 'closed' });

    const destroy = await previews.destroy(7);

    assert.deepEqual([...said(destroy), destroy.outputs['changed']], [0, 'succeeded', '', 'true'], destroy.log);
    assert.equal(await previews.namespace(seven()), undefined);
    assert.match(
      destroy.log,
      /^\$ kubectl \S+ delete --raw '\/api\/v1\/namespaces\/\S+-pr-7\?propagationPolicy=Background&uid=\S+'$/m,
    );
    assert.deepEqual(new Set(states()), new Set(['inactive']));
    assert.match(comments()[0] ?? '', /^The preview of pull request 7, the namespace \S+, was removed\.$/m);
    assert.equal(comments().length, 2);
  });

  test('what is gone is destroyed once more without a word of something that was removed', async () => {
    for (const inputs of [{}, { 'dry-run': 'true' }]) {
      const destroy = await previews.destroy(7, { inputs });

      assert.deepEqual([...said(destroy), destroy.outputs['changed']], [0, 'succeeded', '', 'false'], destroy.log);
      assert.match(destroy.log, /^succeeded: Pull request 7 has no preview: there is no namespace \S+-pr-7$/m);
      assert.deepEqual(destroy.changes, []);
    }
  });

  test('a pull request that was closed before its deploy gets no preview, and its comment is not touched', async () => {
    const before = comments();

    for (const event of [undefined, { name: 'workflow_dispatch', payload: {} }]) {
      const deploy = await previews.deploy(7, { inputs: { preview: '7' }, ...(event === undefined ? {} : { event }) });

      assert.deepEqual(said(deploy), [1, 'superseded', 'preview-closed'], deploy.log);
      assert.match(deploy.log, /^superseded: Pull request 7 is closed, so it has no preview$/m);
      assert.deepEqual([deploy.changes, deploy.outputs['namespace'], comments()], [[], '', before]);
      assert.doesNotMatch(deploy.summary, /### Preview/);
    }
    assert.equal(await previews.namespace(seven()), undefined);
    assert.deepEqual(new Set(states()), new Set(['inactive']));
  });

  test('GitHub was asked for nothing that it does not have, and nothing is left', () => {
    const { scene } = previews;
    assert.deepEqual([scene.github.mistakes(), scene.github.defects()], [[], []]);
    scene.assertNothingLeft();
  });
});
