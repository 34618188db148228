import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { numberAt, objectsAt, textAt, valueAt } from '../../src/values/json.ts';
import { firstContainer, newRevisions } from '../support/cluster.ts';
import { configMapText, documents, manifestText, workloadText } from '../support/workload-text.ts';
import { openScene, type Scene } from '../support/scene.ts';

/** Applications that somebody else deployed before. */

let scene: Scene;
before(async () => {
  scene = await openScene('takeover');
});
after(async () => scene.close());

function web(env: Readonly<Record<string, string>>, spec: Readonly<Record<string, unknown>> = {}): string {
  return workloadText({ name: 'web', spec, containers: [{ env }] });
}

test('an app of `kubectl apply`, `kubectl set image` and `kubectl edit` deploys at the first try, with one new revision', async () => {
  const { cluster } = scene;
  const before = documents(
    web({ MODE: 'applied', OLD: 'leaves with the manifest' }),
    configMapText('settings', { kept: 'a', old: 'leaves too' }),
  );
  await cluster.kubectl(['apply', '--filename=-'], { input: before });
  await cluster.kubectl(['set', 'image', 'deployment/web', 'main=node:24-slim']);
  await cluster.kubectl(['edit', 'deployment/web'], {
    env: {
      KUBE_EDITOR:
        "sed -i -e 's/value: applied/value: edited/' -e 's/^  progressDeadlineSeconds: 600/&\\n  minReadySeconds: 1/'",
    },
  });
  await cluster.kubectl(['rollout', 'status', 'deployment/web', '--timeout=60s']);
  assert.equal(numberAt(await cluster.get('deployment/web'), 'spec', 'minReadySeconds'), 1);
  const revisions = await cluster.revisions();
  scene.write('k8s/web.yaml', documents(web({ MODE: 'deployed' }), configMapText('settings', { kept: 'b' })));

  const deploy = await scene.deploy({ inputs: { manifests: 'k8s' } });

  assert.equal(deploy.exitCode, 0, deploy.log);
  assert.deepEqual(newRevisions(revisions, await cluster.revisions()), { web: 1 });
});

test('what left the manifest left the object, whoever of kubectl had set it', async () => {
  const deployment = await scene.cluster.get('deployment/web');
  const container = firstContainer(deployment);

  assert.deepEqual(container['env'], [{ name: 'MODE', value: 'deployed' }]);
  assert.equal(container['image'], 'busybox:1');
  assert.equal(valueAt(deployment, 'spec', 'minReadySeconds'), undefined);
  assert.deepEqual((await scene.cluster.get('configmap/settings'))['data'], { kept: 'b' });
});

test('the same commit after the migration changes nothing', async () => {
  const before = await scene.cluster.snapshot();

  const deploy = await scene.deploy({ inputs: { manifests: 'k8s' } });

  assert.deepEqual(deploy.changes, [], deploy.log);
  assert.equal(deploy.outputs['changed'], 'false');
  assert.deepEqual(await scene.cluster.snapshot(), before);
});

test('an app of `kubectl patch` and `kubectl rollout restart` between two deploys deploys again, with one new revision', async () => {
  const { cluster } = scene;
  const patch = {
    spec: { template: { spec: { containers: [{ name: 'main', env: [{ name: 'MODE', value: 'patched' }] }] } } },
  };
  await cluster.kubectl(['patch', 'deployment/web', `--patch=${JSON.stringify(patch)}`]);
  await cluster.kubectl(['rollout', 'restart', 'deployment/web']);
  await cluster.kubectl(['rollout', 'status', 'deployment/web', '--timeout=60s']);
  const revisions = await cluster.revisions();
  scene.write('k8s/web.yaml', documents(web({ MODE: 'again' }), configMapText('settings', { kept: 'b' })));

  const deploy = await scene.deploy({ inputs: { manifests: 'k8s' } });

  assert.equal(deploy.exitCode, 0, deploy.log);
  assert.deepEqual(newRevisions(revisions, await cluster.revisions()), { web: 1 });
});

test('a field that helm owns is a conflict that names field, manager, file and line, and nothing changes', async () => {
  const { cluster } = scene;
  const helm = ['apply', '--server-side', '--field-manager=helm', '--filename=-'];
  const charted = workloadText({ name: 'charted', spec: { replicas: 1 }, containers: [{ env: { MODE: 'helm' } }] });
  await cluster.kubectl(helm, { input: charted });
  await cluster.kubectl(['rollout', 'status', 'deployment/charted', '--timeout=60s']);
  const before = await cluster.snapshot();
  scene.write(
    'charted.yaml',
    workloadText({ name: 'charted', spec: { replicas: 2 }, containers: [{ env: { MODE: 'ours' } }] }),
  );

  const deploy = await scene.deploy({ inputs: { manifests: 'charted.yaml' } });

  assert.equal(deploy.exitCode, 1);
  assert.equal(deploy.outputs['reason'], 'field-conflict');
  assert.match(
    deploy.log,
    /charted\.yaml:13: Deployment\/charted in \S+: field \.spec\.replicas belongs to the field manager "helm"/,
  );
  assert.match(
    deploy.log,
    /field \.spec\.template\.spec\.containers\[name="main"\]\.env\[name="MODE"\]\.value belongs to/,
  );
  assert.match(
    deploy.annotations.join('\n'),
    /^::error title=k8s-deploy%3A field-conflict,file=charted\.yaml,line=13::/m,
  );
  assert.deepEqual(deploy.changes, []);
  assert.deepEqual(await cluster.snapshot(), before);
});

test('with force-conflicts the field is taken from helm, and the run says from whom', async () => {
  const deploy = await scene.deploy({ inputs: { manifests: 'charted.yaml', 'force-conflicts': 'true' } });

  assert.equal(deploy.exitCode, 0, deploy.log);
  assert.match(deploy.log, /^force-conflicts takes \.spec\.replicas of Deployment\/charted in \S+ from "helm"$/m);
  const charted = await scene.cluster.get('deployment/charted');
  assert.equal(numberAt(charted, 'spec', 'replicas'), 2);
  assert.equal(textAt(objectsAt(firstContainer(charted), 'env')[0], 'value'), 'ours');
});

const sameText = (image: string): string => workloadText({ name: 'same', containers: [{ image }] });

test('an app that is as its manifest says, after `kubectl set image` and `kubectl rollout restart`, is taken over without a revision', async () => {
  const { cluster } = scene;
  await cluster.kubectl(['apply', '--filename=-'], { input: sameText('node:24-slim') });
  await cluster.kubectl(['set', 'image', 'deployment/same', 'main=busybox:1']);
  await cluster.kubectl(['rollout', 'restart', 'deployment/same']);
  await cluster.kubectl(['rollout', 'status', 'deployment/same', '--timeout=60s']);
  const before = await cluster.get('deployment/same');
  scene.write('same.yaml', sameText('busybox:1'));

  const deploy = await scene.deploy({ inputs: { manifests: 'same.yaml' } });
  const again = await scene.deploy({ inputs: { manifests: 'same.yaml' } });

  assert.equal(deploy.exitCode, 0, deploy.log);
  const after = await cluster.get('deployment/same');
  assert.deepEqual(valueAt(after, 'spec', 'template'), valueAt(before, 'spec', 'template'));
  assert.deepEqual([again.exitCode, again.changes], [0, []], again.log);
});

test('what another manager owns and the manifest leaves out, such as the replicas of an autoscaler, stays as it is', async () => {
  const { cluster } = scene;
  scene.write('scaled.yaml', workloadText({ name: 'scaled', containers: [{ env: { MODE: 'one' } }] }));
  assert.equal((await scene.deploy({ inputs: { manifests: 'scaled.yaml' } })).exitCode, 0);
  const patch = JSON.stringify({ spec: { replicas: 2 } });
  await cluster.kubectl([
    'patch',
    'deployment/scaled',
    `--patch=${patch}`,
    '--field-manager=horizontal-pod-autoscaler',
  ]);
  scene.write('scaled.yaml', workloadText({ name: 'scaled', containers: [{ env: { MODE: 'two' } }] }));

  const deploy = await scene.deploy({ inputs: { manifests: 'scaled.yaml' } });

  assert.equal(deploy.exitCode, 0, deploy.log);
  const scaled = await cluster.get('deployment/scaled');
  assert.equal(numberAt(scaled, 'spec', 'replicas'), 2);
  assert.equal(textAt(objectsAt(firstContainer(scaled), 'env')[0], 'value'), 'two');
});

test('replicas that somebody set with kubectl scale stay when the manifest leaves them open', async () => {
  const { cluster } = scene;
  const text = workloadText({ name: 'by-hand' });
  scene.write('by-hand.yaml', text);
  await cluster.kubectl(['apply', '--filename=-'], { input: text });
  await cluster.kubectl(['scale', 'deployment/by-hand', '--replicas=2']);

  const deploy = await scene.deploy({ inputs: { manifests: 'by-hand.yaml' } });

  assert.equal(deploy.exitCode, 0, deploy.log);
  assert.equal(numberAt(await cluster.get('deployment/by-hand'), 'spec', 'replicas'), 2);
});

test('an object whose status a controller keeps writing is taken over at the first try', async () => {
  const { cluster } = scene;
  const budgets = documents(...['one', 'two', 'three', 'four'].map(budgetText));
  scene.write('budgets.yaml', budgets);
  await cluster.kubectl(['apply', '--filename=-'], { input: budgets });

  const deploy = await scene.deploy({ inputs: { manifests: 'budgets.yaml' } });

  assert.equal(deploy.exitCode, 0, deploy.log);
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});

function budgetText(name: string): string {
  const spec = { minAvailable: 1, selector: { matchLabels: { app: 'by-hand' } } };
  return manifestText({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name }, spec });
}
