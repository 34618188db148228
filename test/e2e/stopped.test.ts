import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { objectsAt, textAt } from '../../src/values/json.ts';
import { newRevisions } from '../support/cluster.ts';
import { gatedKubectl } from '../support/gated-kubectl.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { configMapText, documents, workloadText } from '../support/workload-text.ts';

/** A run that is told to stop while kubectl changes the cluster: what has begun ends, nothing else begins, and the next run does the rest. */

let scene: Scene;
before(async () => {
  scene = await openScene('stopped');
});
after(async () => scene.close());

function write(name: string, data: string): void {
  scene.write(
    `${name}.yaml`,
    documents(configMapText(name, { data }), workloadText({ name, containers: [{ envFrom: name }] })),
  );
}

const SIGNALS = [
  { name: 'SIGINT', app: 'interrupted' },
  { name: 'SIGTERM', app: 'terminated' },
] as const;
for (const { name, app } of SIGNALS) {
  describe(`${name} while an apply is under way`, () => {
    const inputs = { manifests: `${app}.yaml`, 'must-exist': 'none' };
    const isMarked = async (): Promise<string | undefined> =>
      textAt(await scene.cluster.get(`configmap/${app}`), 'metadata', 'annotations', 'k8s-deploy/restart-due');
    let revisions: Awaited<ReturnType<Scene['cluster']['revisions']>>;
    let stopped: Deploy;
    before(async () => {
      write(app, 'one');
      const first = await scene.deploy({ inputs });
      assert.equal(first.exitCode, 0, first.log);
      revisions = await scene.cluster.revisions();
      write(app, 'two');
      const gate = gatedKubectl(dirname(scene.workspace), scene.lab.env['PATH'] ?? '');
      const atText = 'apply --server-side';
      stopped = await scene.deploy({
        inputs,
        path: gate.path,
        signal: { name, atText },
        meanwhile: {
          atText,
          act: async () => {
            await gate.arrived();
            gate.open();
          },
        },
      });
    });

    test('the apply ends, and what it printed is in the log', async () => {
      assert.match(stopped.log, new RegExp(`^ {2}configmap/${app} serverside-applied$`, 'm'));
      assert.equal(textAt(await scene.cluster.get(`configmap/${app}`), 'data', 'data'), 'two');
    });

    test('nothing new begins: nobody is restarted, but it is written down who must be', async () => {
      assert.doesNotMatch(stopped.log, /^\$ kubectl .*rollout restart/m);
      assert.deepEqual(newRevisions(revisions, await scene.cluster.revisions()), {});
      assert.equal(await isMarked(), `deployment/${app}`);
    });

    test('the log, the summary, the outputs and the report say that it was cancelled, and what of it is done', () => {
      assert.deepEqual(
        [stopped.exitCode, stopped.outputs['result'], stopped.outputs['reason'], stopped.outputs['changed']],
        [1, 'cancelled', 'cancelled', 'true'],
        stopped.log,
      );
      assert.match(stopped.log, new RegExp(`^cancelled: The run was cancelled \\(${name}\\)$`, 'm'));
      assert.match(stopped.summary, new RegExp(`The run was cancelled \\(${name}\\)`));
      const report: unknown = JSON.parse(stopped.report);
      assert.deepEqual([textAt(report, 'result'), textAt(report, 'reason')], ['cancelled', 'cancelled']);
      assert.deepEqual(
        objectsAt(report, 'objects').map((object) => [
          object['kind'],
          object['name'],
          object['change'],
          object['fields'],
        ]),
        [
          ['ConfigMap', app, 'configured', ['data.data']],
          ['Deployment', app, 'unchanged', []],
        ],
      );
      assert.ok((stopped.secondsToStop ?? Infinity) < 6, `${stopped.secondsToStop ?? '?'} s`);
    });

    test('the next run of the same commit restarts it, and takes the mark away', async () => {
      const next = await scene.deploy({ inputs });

      assert.equal(next.exitCode, 0, next.log);
      assert.deepEqual(newRevisions(revisions, await scene.cluster.revisions()), { [app]: 1 });
      assert.equal(await isMarked(), undefined);
    });
  });
}

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
