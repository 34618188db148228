import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { numberAt } from '../../src/values/json.ts';
import { newRevisions } from '../support/cluster.ts';
import { documents, manifestText, workloadText } from '../support/workload-text.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

/** Workloads whose replicas somebody else decides on: a deploy leaves them as they are. */

let scene: Scene;
before(async () => {
  scene = await openScene('autoscaled');
  await scene.cluster.kubectl(['apply', '--filename=-'], { input: SCALED_OBJECTS });
  await scene.cluster.kubectl(['wait', 'crd/scaledobjects.keda.sh', '--for=condition=Established', '--timeout=30s']);
});
after(async () => {
  await scene.cluster.kubectl(['delete', 'crd', 'scaledobjects.keda.sh', '--wait=false', '--ignore-not-found']);
  await scene.close();
});

const SCALED_OBJECTS = manifestText({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'scaledobjects.keda.sh' },
  spec: {
    group: 'keda.sh',
    scope: 'Namespaced',
    names: { plural: 'scaledobjects', kind: 'ScaledObject' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});

const hpaText = (name: string, minReplicas = 1): string =>
  manifestText({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: { minReplicas, maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name } },
  });

const scaledObjectText = (name: string): string =>
  manifestText({
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name },
    spec: { scaleTargetRef: { name }, triggers: [] },
  });

const webText = (name: string, replicas: number | undefined, mode = 'one'): string =>
  workloadText({
    name,
    spec: replicas === undefined ? {} : { replicas },
    containers: [{ env: { MODE: mode } }],
  });

/** Who scales, by the scale subresource. */
const SCALERS = {
  'kubectl scale': (name: string) => scene.cluster.kubectl(['scale', `deployment/${name}`, '--replicas=2']),
  'the controller of the autoscaler': (name: string) =>
    scene.cluster.kubectl([
      'patch',
      `deployment/${name}`,
      '--subresource=scale',
      '--type=merge',
      '--patch={"spec":{"replicas":2}}',
      '--field-manager=kube-controller-manager',
    ]),
} as const;

function deployText(text: string): Promise<Deploy> {
  scene.write('scaled.yaml', text);
  return scene.deploy({ inputs: { manifests: 'scaled.yaml' } });
}

const replicasOf = async (name: string): Promise<number | undefined> =>
  numberAt(await scene.cluster.get(`deployment/${name}`), 'spec', 'replicas');

let names = 0;
for (const [autoscaler, autoscalerText, scalers] of [
  ['a HorizontalPodAutoscaler', hpaText, ['kubectl scale', 'the controller of the autoscaler']],
  ['a ScaledObject', scaledObjectText, ['the controller of the autoscaler']],
] as const) {
  for (const scaler of scalers) {
    for (const replicas of [1, undefined]) {
      const written = replicas === undefined ? 'leaves replicas open' : 'says replicas: 1';
      names += 1;
      const name = `web-${names}`;

      test(`with ${autoscaler}, replicas set by ${scaler} stay when the manifest ${written}, at the first take-over and later`, async () => {
        const { cluster } = scene;
        await cluster.kubectl(['apply', '--filename=-'], { input: webText(name, replicas) });
        await SCALERS[scaler](name);
        const revisions = await cluster.revisions();

        const first = await deployText(documents(webText(name, replicas), autoscalerText(name)));
        const afterFirst = await replicasOf(name);
        const next = await deployText(documents(webText(name, replicas, 'two'), autoscalerText(name)));

        assert.deepEqual([first.exitCode, afterFirst], [0, 2], first.log);
        assert.deepEqual([next.exitCode, await replicasOf(name)], [0, 2], next.log);
        assert.deepEqual(newRevisions(revisions, await cluster.revisions()), { [name]: 1 });
        const isSaid =
          /spec\.replicas of deployment\/\S+ is left to (HorizontalPodAutoscaler|ScaledObject)\/\S+ \(now 2\)/;
        assert.equal(isSaid.test(next.log), replicas !== undefined, next.log);
      });
    }
  }
}

const realText = (mode: string): string => documents(webText('real', 1, mode), hpaText('real', 2));

test('what an autoscaler really does to a Deployment that says replicas: 1 stays, too', async () => {
  const first = await deployText(realText('one'));
  await until('an autoscaler that has scaled', async () => (await replicasOf('real')) === 2 || undefined, 60);

  const next = await deployText(realText('two'));
  const again = await deployText(realText('two'));

  assert.deepEqual([first.exitCode, next.exitCode, await replicasOf('real')], [0, 0, 2], next.log);
  assert.deepEqual([again.exitCode, again.changes], [0, []], again.log);
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
