import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { textAt } from '../../src/values/json.ts';
import { openPreviewScene, type PreviewScene } from '../support/preview-scene.ts';
import type { Deploy } from '../support/scene.ts';
import { configMapText, manifestText } from '../support/workload-text.ts';

/** Which namespace a preview gets, and which ones it keeps its hands off. */

let previews: PreviewScene;
before(async () => {
  previews = await openPreviewScene('previews-of');
  for (const number of [8, 9, 10, 11, 12]) {
    previews.repository.openPullRequest({ number });
  }
  previews.scene.write('small/app.yaml', configMapText('settings', { mode: 'one' }));
});
after(async () => previews.scene.close());

const said = ({ exitCode, outputs }: Deploy): readonly unknown[] => [exitCode, outputs['result'], outputs['reason']];
const comments = (number: number): readonly string[] => previews.repository.comments(number).map(({ body }) => body);

const ASKED = { name: 'workflow_dispatch', payload: { inputs: { number: '8' } } };

describe('a preview', { concurrency: 3 }, () => {
  test('a preview by number on workflow_dispatch', async () => {
    const { namespace } = previews.preview(8);
    const deploy = await previews.deploy(8, { event: ASKED, inputs: { preview: '8', manifests: 'small' } });

    assert.deepEqual([...said(deploy), deploy.outputs['namespace']], [0, 'succeeded', '', namespace], deploy.log);
    assert.equal(comments(8).length, 1);
  });

  test('a number that is no pull request of the repository is refused', async () => {
    const deploy = await previews.deploy(8, { event: ASKED, inputs: { preview: '404', manifests: 'small' } });

    assert.deepEqual(said(deploy), [1, 'superseded', 'preview-closed'], deploy.log);
    assert.match(deploy.log, /Pull request 404 does not exist in org\/app, so it has no preview/);
  });

  for (const [number, whose, labels, says] of [
    [
      9,
      'a namespace that somebody made',
      undefined,
      /it is there and is no preview: it has no label k8s-deploy\/preview$/m,
    ],
    [
      10,
      'the preview of another repository',
      { 'k8s-deploy/repository-id': '1' },
      /it is a preview of org\/app \(id 1\), and this is org\/app \(id \d+\)$/m,
    ],
    [
      11,
      'the preview of another app',
      { 'k8s-deploy/preview': 'blog' },
      /it is the preview of the app blog, and this is e2e-previews-of-\S+$/m,
    ],
  ] as const) {
    test(`${whose} is not touched, neither by a deploy nor by destroy`, async () => {
      const { namespace } = previews.preview(number);
      const marked = previews.namespaceOf(number, { labels: labels ?? {} });
      await previews.create(
        labels === undefined ? { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } : marked,
      );
      await previews.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace } });
      const before = await previews.preview(number).snapshot();
      const versionBefore = textAt(await previews.namespace(namespace), 'metadata', 'resourceVersion');

      const deploy = await previews.deploy(number, { inputs: { manifests: 'small' } });
      const destroy = await previews.destroy(number);

      for (const run of [deploy, destroy]) {
        assert.deepEqual(said(run), [1, 'failed', 'preview-foreign'], run.log);
        assert.match(run.log, /^failed: The namespace \S+ is not touched: /m);
        assert.match(run.log, says);
        assert.deepEqual([run.changes, run.outputs['changed'], run.outputs['namespace']], [[], 'false', '']);
      }
      assert.deepEqual(await previews.preview(number).snapshot(), before);
      assert.equal(textAt(await previews.namespace(namespace), 'metadata', 'resourceVersion'), versionBefore);
      assert.doesNotMatch(comments(number).join('\n'), /is in the namespace/);
    });
  }

  test('objects that name another namespace are refused, and the preview is not made', async () => {
    const { namespace } = previews.preview(12);
    const metadata = { name: 'elsewhere', namespace: 'default' };
    previews.scene.write('elsewhere/app.yaml', manifestText({ apiVersion: 'v1', kind: 'ConfigMap', metadata }));

    const deploy = await previews.deploy(12, { inputs: { manifests: 'elsewhere' } });

    assert.deepEqual(said(deploy), [1, 'failed', 'namespace-mismatch'], deploy.log);
    assert.ok(deploy.log.includes(`ConfigMap/elsewhere in default: the preview is in ${namespace}`), deploy.log);
    assert.equal(await previews.namespace(namespace), undefined);
    assert.match(comments(12)[0] ?? '', /^The namespace of the preview of pull request 12 is \S+\.$/m);
    assert.doesNotMatch(comments(12)[0] ?? '', /lives until/);
  });

  for (const [app, namespace] of [
    ['Shop_API', /^shop-api-[0-9a-f]{6}-[0-9a-f]{7}-pr-8$/],
    ['🛒 shop', /^shop-[0-9a-f]{6}-[0-9a-f]{7}-pr-8$/],
    ['7', /^app-7-[0-9a-f]{6}-[0-9a-f]{7}-pr-8$/],
    ['x'.repeat(60), /^x{27}-[0-9a-f]{7}-pr-8$/],
  ] as const) {
    test(`an app called ${app} gets a namespace that may be called so, and is found again`, async () => {
      const name = `${app}-${previews.app.slice(-6)}`;
      const deploy = await previews.deploy(8, {
        event: ASKED,
        inputs: { preview: '8', manifests: 'small', app: name },
      });

      const made = deploy.outputs['namespace'] ?? '';
      previews.scene.addNamespace(made);
      assert.deepEqual(said(deploy), [0, 'succeeded', ''], deploy.log);
      assert.match(made, namespace);
      assert.ok(made.length <= 40);
      assert.equal(textAt(await previews.namespace(made), 'status', 'phase'), 'Active');
      const again = await previews.deploy(8, { event: ASKED, inputs: { preview: '8', manifests: 'small', app: name } });
      assert.deepEqual([...said(again), again.outputs['namespace']], [0, 'succeeded', '', made], again.log);
    });
  }
});
