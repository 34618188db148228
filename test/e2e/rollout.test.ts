import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { valueAt } from '../../src/values/json.ts';
import { configMapText, documents, workloadText, type ContainerText } from '../support/workload-text.ts';
import { workloadsOf } from '../support/runner.ts';
import { openScene, type Deploy, type Scene, type Wish } from '../support/scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene('rollout');
});
after(async () => scene.close());

/** Deploys one Deployment by the name of `name`. */
function deployOne(name: string, container: ContainerText, spec: object = {}, wish: Wish = {}): Promise<Deploy> {
  const file = `${name}.yaml`;
  scene.write(file, workloadText({ name, spec: { ...spec }, containers: [container] }));
  return scene.deploy({ ...wish, inputs: { manifests: file, ...wish.inputs } });
}

const NEVER_READY: ContainerText = { readinessProbe: { exec: { command: ['false'] }, periodSeconds: 1 } };

const deployBoth = (env: Readonly<Record<string, string>>): Promise<Deploy> => {
  const containers = [{ env }];
  const stateful = workloadText({ kind: 'StatefulSet', name: 'db', spec: { replicas: 2 }, containers });
  scene.write('both.yaml', documents(stateful, workloadText({ kind: 'DaemonSet', name: 'logger', containers })));
  return scene.deploy({ inputs: { manifests: 'both.yaml' } });
};

describe('StatefulSets and DaemonSets', () => {
  test('are created and rolled out', async () => {
    const deploy = await deployBoth({ MODE: 'one' });

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.deepEqual(workloadsOf(deploy), {
      'statefulset/db': { change: 'created', result: 'succeeded', cause: '' },
      'daemonset/logger': { change: 'created', result: 'succeeded', cause: '' },
    });
  });

  test('get a new revision, and every pod is of it when the run ends', async () => {
    const deploy = await deployBoth({ MODE: 'two' });

    assert.equal(deploy.exitCode, 0, deploy.log);
    const stateful = await scene.cluster.get('statefulset/db');
    assert.equal(valueAt(stateful, 'status', 'currentRevision'), valueAt(stateful, 'status', 'updateRevision'));
    const modes = await scene.cluster.kubectl([
      'get',
      'pods',
      '--selector=app in (db,logger)',
      '--field-selector=status.phase=Running',
      '--output=jsonpath={.items[*].spec.containers[0].env[0].value}',
    ]);
    assert.equal(modes, 'two two two');
  });
});

/** The verdict is the same sentence in log, annotation and summary. */
const assertVerdict = (deploy: Deploy, pattern: RegExp): void => {
  for (const place of [deploy.log, deploy.annotations.join('\n'), deploy.summary]) {
    assert.match(place, pattern);
  }
};

describe('a rollout that fails', () => {
  test('a container that crashes at start is red, with its last log line in the verdict', async () => {
    const command = ['sh', '-c', 'echo starting; echo "fatal: config.json is missing" >&2; exit 3'];

    const deploy = await deployOne('crashing', { command }, { progressDeadlineSeconds: 3 });

    assert.equal(deploy.exitCode, 1);
    assert.equal(deploy.outputs['reason'], 'container-crashed');
    assertVerdict(
      deploy,
      /deployment\/crashing did not roll out: container main exits with code 3 \(\w+, \d+ restarts?\): fatal: config\.json is missing/,
    );
    assert.match(deploy.log, /\| starting\n/);
  });

  test('an image that nobody pushed is red, with the image in the verdict', async () => {
    const image = `${scene.lab.env['REGISTRY'] ?? ''}/e2e/nobody:1`;

    // By default it would be found before the first change.
    const inputs = { 'must-exist': 'references' };
    const deploy = await deployOne('imageless', { image }, { progressDeadlineSeconds: 3 }, { inputs });

    assert.equal(deploy.outputs['reason'], 'image-not-found', deploy.log);
    assertVerdict(
      deploy,
      /deployment\/imageless did not roll out: container main: image \S*e2e\/nobody:1 not found in the registry \((ErrImagePull|ImagePullBackOff), \d attempts?\)/,
    );
  });

  test('a rollout that takes longer than the timeout is `timed-out`, and says what it waited for', async () => {
    const deploy = await deployOne('slow', NEVER_READY, {}, { inputs: { timeout: '3s' } });

    assert.equal(deploy.exitCode, 1);
    assert.deepEqual([deploy.outputs['result'], deploy.outputs['reason']], ['timed-out', 'rollout-timed-out']);
    assertVerdict(deploy, /deployment\/slow did not roll out in time: container main is not ready/);
    assert.ok(deploy.seconds < 12, `${deploy.seconds} s`);
  });

  test('of several workloads the output `workloads` says which one failed', async () => {
    scene.write(
      'pair.yaml',
      documents(
        workloadText({ name: 'fine' }),
        workloadText({ name: 'broken', spec: { progressDeadlineSeconds: 2 }, containers: [{ command: ['false'] }] }),
      ),
    );

    const deploy = await scene.deploy({ inputs: { manifests: 'pair.yaml' } });

    assert.equal(deploy.exitCode, 1);
    assert.equal(workloadsOf(deploy)['deployment/fine']?.result, 'succeeded');
    assert.equal(workloadsOf(deploy)['deployment/broken']?.result, 'failed');
  });

  test('the same commit again is red again, although nothing is left to apply', async () => {
    const deploy = await scene.deploy({ inputs: { manifests: 'pair.yaml' } });

    assert.deepEqual(
      [deploy.exitCode, deploy.outputs['reason'], deploy.changes],
      [1, 'container-crashed', []],
      deploy.log,
    );
  });
});

describe('a run that is stopped', () => {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    test(`${name}: the run is \`cancelled\` and gone within 5 s, with all its children`, async () => {
      const deploy = await deployOne(
        `cancelled-${name.toLowerCase()}`,
        NEVER_READY,
        {},
        { signal: { name, atText: 'updated replicas available' } },
      );

      assert.equal(deploy.exitCode, 1);
      assert.deepEqual([deploy.outputs['result'], deploy.outputs['reason']], ['cancelled', 'cancelled'], deploy.log);
      assert.ok((deploy.secondsToStop ?? Infinity) < 5, `gone after ${deploy.secondsToStop ?? '?'} s`);
      assert.deepEqual(deploy.survivors, []);
      assert.match(deploy.summary, new RegExp(`The run was cancelled \\(${name}\\)`));
    });
  }

  test('a signal before the first change: nothing is changed any more', async () => {
    scene.write('late.yaml', configMapText('late', { key: 'value' }));
    const before = await scene.cluster.snapshot();

    const deploy = await scene.deploy({
      inputs: { manifests: 'late.yaml' },
      signal: { name: 'SIGTERM', atText: '::group::Check' },
    });

    assert.equal(deploy.outputs['result'], 'cancelled', deploy.log);
    assert.equal(deploy.outputs['changed'], 'false');
    assert.deepEqual(await scene.cluster.snapshot(), before);
  });

  test('the main process is killed: the post step removes what it left', async () => {
    const deploy = await deployOne(
      'killed',
      NEVER_READY,
      {},
      { signal: { name: 'SIGKILL', atText: 'updated replicas available' } },
    );
    // The runner itself ends what outlives a step (RUNNER_TRACKING_ID); here nobody else does.
    deploy.survivors.forEach(({ pid }) => process.kill(pid, 'SIGKILL'));

    assert.deepEqual(deploy.outputs, {});
    assert.deepEqual(deploy.leftovers, []);
  });
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
