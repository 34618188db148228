import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInputs } from '../../../src/inputs/read.ts';
import { isKubeObject } from '../../../src/kube/object.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import type { Snapshot } from '../../../src/rollback/snapshot.ts';
import { takeSnapshot } from '../../../src/steps/snapshot.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { valueOf } from '../rollback/fake-server.ts';
import { FACTS } from '../../support/runner-facts.ts';
import { Scene, workload } from '../rollback/rolling-back.ts';

const WORKLOAD = { kind: 'Deployment', namespace: 'shop', name: 'server' } as const;

/** The snapshot of a run that sets an image, or restarts a workload, and does nothing else. */
async function snapshotOf(scene: Scene, before: JsonObject, how: 'image-set' | 'restarted'): Promise<Snapshot> {
  assert.ok(isKubeObject(before));
  const images = [{ container: 'app', before: 'app:1', after: 'app:2' }];
  const planned = {
    preDeploy: [],
    changes: [],
    cleanup: undefined,
    images: how === 'image-set' ? [{ workload: WORKLOAD, object: before, images }] : [],
    restarts: how === 'restarted' ? [{ workload: WORKLOAD, reason: 'the input restart says so' }] : [],
  };
  const inputs = readInputs({ manifests: 'k8s', kubeconfig: 'kc', 'on-failure': 'rollback' });
  const run = { plan: makePlan(inputs, FACTS), ports: fakePorts({}) };
  const snapshot = await takeSnapshot(planned, { api: scene.server.api }, run);
  assert.ok(snapshot !== undefined);
  return snapshot;
}

for (const { how, changed } of [
  { how: 'image-set', changed: workload('app:2') },
  {
    how: 'restarted',
    changed: workload('app:1', {
      template: {
        metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-11-21T12:00:00Z' } },
        spec: { containers: [{ name: 'app', image: 'app:1' }] },
      },
    }),
  },
] as const) {
  test(`a workload that is not in the manifests and was ${how} is as before once it is rolled back`, async () => {
    const scene = new Scene();
    const before = scene.server.put(workload('app:1'));
    scene.touched.push(...(await snapshotOf(scene, before, how)).touched);
    scene.server.put(changed);

    assert.deepEqual((await scene.rollBack()).restored, ['Deployment/server in shop']);
    assert.deepEqual(valueOf(scene.server, 'Deployment/server', 'spec'), before['spec']);
  });
}
