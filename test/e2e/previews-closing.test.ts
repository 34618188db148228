import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { objectsAt, textAt } from '../../src/values/json.ts';
import { openPreviewScene, type PreviewScene } from '../support/preview-scene.ts';
import { grant, kubeconfigAs, type Right } from '../support/rights.ts';
import type { Deploy } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { configMapText, documents, manifestText, workloadText } from '../support/workload-text.ts';

/** Pull requests that are closed at the wrong moment, a GitHub that does not answer, and namespaces that do not go away. */

let previews: PreviewScene;
before(async () => {
  previews = await openPreviewScene('closing');
  const { scene, repository } = previews;
  for (const number of [1, 2, 3, 4, 5, 6]) {
    repository.openPullRequest({ number });
  }
  scene.write('k8s/app.yaml', workloadText({ name: 'web' }));
  scene.write('small/app.yaml', configMapText('settings', { mode: 'one' }));
  scene.write('held/app.yaml', documents(HELD, workloadText({ name: 'web' })));
});
after(async () => {
  await release(3, 4, 5);
  await previews.scene.close();
});

const HOLD = 'example.com/hold';
const HELD = manifestText({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held', finalizers: [HOLD] } });
const ROLL_OUT = '::group::Roll out';
const SMALL = { inputs: { manifests: 'small' } };
const said = ({ exitCode, outputs }: Deploy): readonly unknown[] => [exitCode, outputs['result'], outputs['reason']];
const comments = (number: number): readonly string[] => previews.repository.comments(number).map(({ body }) => body);
const states = (number: number): readonly string[] => previews.deployments(number).map(({ state }) => state);
const close = async (number: number): Promise<unknown> =>
  previews.repository.changePullRequest(number, { state: 'closed' });

/** What somebody does who looked after the finalizer. */
async function release(...numbers: readonly number[]): Promise<void> {
  const patch = JSON.stringify({ metadata: { finalizers: null } });
  for (const number of numbers) {
    await previews
      .preview(number)
      .kubectl(['patch', 'configmap/held', `--patch=${patch}`])
      .catch(() => undefined);
  }
}

async function finalizersOf(number: number): Promise<unknown> {
  return objectsAt({ list: [await previews.preview(number).get('configmap/held')] }, 'list')[0]?.['metadata'];
}

describe('previews', { concurrency: 3 }, () => {
  test('a pull request that is closed during its deploy: the namespace is removed again, and everybody is told', async () => {
    const { namespace } = previews.preview(1);
    assert.deepEqual(said(await previews.deploy(1, SMALL)), [0, 'succeeded', '']);

    const deploy = await previews.deploy(1, { meanwhile: { atText: ROLL_OUT, act: async () => close(1) } });

    assert.deepEqual(said(deploy), [1, 'superseded', 'preview-closed'], deploy.log);
    assert.match(deploy.log, /^superseded: Pull request 1 is closed, so it has no preview$/m);
    assert.equal(await previews.namespace(namespace), undefined);
    assert.deepEqual(JSON.parse(deploy.outputs['removed'] ?? ''), [
      { namespace, app: previews.app, pullRequest: 1, why: 'closed', outcome: 'removed' },
    ]);
    assert.equal(deploy.outputs['url'], '');
    assert.deepEqual(states(1), ['inactive', 'inactive']);
    const [comment = '', ...others] = comments(1);
    assert.deepEqual(others, []);
    assert.ok(comment.includes(`Pull request 1 was closed meanwhile: its namespace ${namespace} is removed.`), comment);
    assert.doesNotMatch(comment, /lives until/);
  });

  test('a GitHub that does not say whether the pull request is open keeps no deploy from its end', async () => {
    previews.scene.github.fail({ kind: 'status', status: 502 }, { matches: ({ path }) => path.endsWith('/pulls/2') });

    const deploy = await previews.deploy(2, SMALL);

    assert.deepEqual(said(deploy), [0, 'succeeded', ''], deploy.log);
    assert.match(deploy.log, /^warning: Whether pull request 2 is still open is not known: GitHub answered 502$/m);
    assert.equal(comments(2).length, 1);
  });

  test('a finalizer that hangs: destroy names kind, object and finalizer, takes nothing away, and is green once somebody has', async () => {
    const { namespace } = previews.preview(3);
    await previews.deploy(3, { inputs: { manifests: 'held' } });

    const stuck = await previews.destroy(3, { inputs: { timeout: '8s' } });

    assert.deepEqual([...said(stuck), stuck.outputs['changed']], [1, 'failed', 'preview-stuck', 'true'], stuck.log);
    const [, verdict = ''] = /^failed: (.*)$/m.exec(stuck.log) ?? [];
    assert.ok(verdict.startsWith(`the namespace ${namespace} is still there: `), verdict);
    assert.ok(verdict.includes(`configmaps/held (${HOLD})`), verdict);
    assert.match(stuck.log, /whoever set a finalizer has to do its work\. It is never taken away here/);
    assert.match(JSON.stringify(await finalizersOf(3)), /example\.com\/hold/);
    assert.deepEqual(states(3), ['success']);
    assert.ok(comments(3)[0]?.includes(`The preview of pull request 3, the namespace ${namespace}, is still there.`));
    assert.doesNotMatch(`${comments(3)[0]}${stuck.summary}`, /was removed/);

    await release(3);
    const destroy = await previews.destroy(3);

    assert.deepEqual(said(destroy), [0, 'succeeded', ''], destroy.log);
    assert.equal(await previews.namespace(namespace), undefined);
    assert.deepEqual(states(3), ['inactive']);
  });

  test('the same when the pull request is closed during its deploy: the namespace that stays is what the run is red for', async () => {
    const { namespace } = previews.preview(4);

    const deploy = await previews.deploy(4, {
      inputs: { manifests: 'held', timeout: '8s' },
      meanwhile: { atText: ROLL_OUT, act: async () => close(4) },
    });

    assert.deepEqual(said(deploy), [1, 'failed', 'preview-stuck'], deploy.log);
    assert.ok(comments(4)[0]?.includes(`The preview of pull request 4, the namespace ${namespace}, is still there.`));
  });

  test('a namespace that is still going away is waited for, and then made anew', async () => {
    const { namespace } = previews.preview(5);
    await previews.deploy(5, { inputs: { manifests: 'held' } });
    const uid = textAt(await previews.namespace(namespace), 'metadata', 'uid');
    await previews.preview(5).kubectl(['delete', 'namespace', namespace, '--wait=false']);

    const deploy = await previews.deploy(5, {
      ...SMALL,
      meanwhile: { atText: 'is being deleted: it is waited for', act: async () => release(5) },
    });

    assert.deepEqual(said(deploy), [0, 'succeeded', ''], deploy.log);
    const live = await previews.namespace(namespace);
    assert.equal(textAt(live, 'status', 'phase'), 'Active');
    assert.notEqual(textAt(live, 'metadata', 'uid'), uid);
  });

  test('destroy by an account that has its rights by a Role in the namespace: it goes, and nobody says what was not seen', async () => {
    const { namespace } = previews.preview(6);
    await previews.deploy(6, SMALL);
    const rights = ['get', 'delete'].map((verb): Right => ({ group: '', resource: 'namespaces', verb, namespace }));
    await grant({ ci: rights }, previews.preview(6));

    const destroy = await previews.destroy(6, {
      inputs: { kubeconfig: kubeconfigAs('ci', { ...previews.scene, cluster: previews.preview(6) }) },
    });

    assert.deepEqual(said(destroy), [1, 'failed', 'preview-stuck'], destroy.log);
    const says = `the namespace ${namespace} was deleted, and whether it is gone could not be seen: The kubeconfig's user may not read`;
    assert.ok(destroy.log.includes(`failed: ${says}`), destroy.log);
    assert.match(destroy.log, /loses that Role before: it needs a ClusterRole with get of namespaces/);
    assert.doesNotMatch(`${destroy.log}${comments(6).join('')}`, /is still there/);
    await until('the end of the namespace', async () =>
      (await previews.namespace(namespace)) === undefined ? true : undefined,
    );
  });
});

test('GitHub was asked for nothing that it does not have, and nothing is left', () => {
  const { scene } = previews;
  assert.deepEqual([scene.github.mistakes(), scene.github.defects()], [[], []]);
  scene.assertNothingLeft();
});
