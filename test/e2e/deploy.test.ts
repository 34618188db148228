import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { textAt } from '../../src/values/json.ts';
import { firstContainer, newRevisions } from '../support/cluster.ts';
import { workloadsOf } from '../support/runner.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';

/** The life of one application, commit after commit: each test goes on where the one before it ended. */

let scene: Scene;
before(async () => {
  scene = await openScene('deploy');
  scene.useExample();
});
after(async () => scene.close());

function deployAll(): Promise<Deploy> {
  return scene.deploy({
    inputs: {
      image: scene.repository,
      context: '.',
      manifests: 'k8s/*.yaml',
      vars: 'REGISTRY\nAPI_KEY\nAGENT_PASSWORD',
      timeout: '60s',
    },
    env: {
      API_KEY: scene.secret('s3cr3t-api-key-of-the-server'),
      AGENT_PASSWORD: scene.secret('s3cr3t-password-of-the-agent'),
    },
  });
}

test('a first deploy builds, pushes, applies and rolls everything out', async () => {
  const deploy = await deployAll();

  assert.equal(deploy.exitCode, 0, deploy.log);
  const { outputs } = deploy;
  assert.deepEqual(
    [outputs['result'], outputs['reason'], outputs['changed'], outputs['sha'], outputs['tag']],
    ['succeeded', '', 'true', scene.sha, scene.sha],
  );
  assert.match(outputs['digest'] ?? '', /^sha256:[0-9a-f]{64}$/);
  assert.equal(outputs['image'], `${scene.repository}:${scene.sha}@${outputs['digest'] ?? ''}`);
  const succeeded = { change: 'created', result: 'succeeded', cause: '' };
  assert.deepEqual(workloadsOf(deploy), {
    'deployment/agent': succeeded,
    'deployment/proxy': succeeded,
    'deployment/server': succeeded,
  });
  assert.deepEqual(deploy.annotations, []);
  assert.match(deploy.summary, new RegExp(`✅ Deployed ${scene.sha.slice(0, 7)}: `));
});

test('the pods run the very digest that was pushed', async () => {
  const image = textAt(firstContainer(await scene.cluster.get('deployment/server')), 'image');
  const running = await scene.cluster.kubectl([
    'get',
    'pods',
    '--selector=app=server',
    '--output=jsonpath={.items[*].status.containerStatuses[*].imageID}',
  ]);

  const [, digest = ''] = image?.split('@') ?? [];
  assert.match(digest, /^sha256:/);
  assert.equal(
    running.split(' ').every((imageId) => imageId.endsWith(digest)),
    true,
    running,
  );
});

test('variables that are listed are filled in, and everything else that looks like one stays', async () => {
  const config = textAt(await scene.cluster.get('configmap/agent'), 'data', 'agent.conf');

  assert.equal(config, 'level = info\ntarget = $server ${later}\npassword = s3cr3t-password-of-the-agent\n');
});

test('the same commit again changes nothing: no changing command, no new revision, no new object', async () => {
  const before = await scene.cluster.snapshot();

  const deploy = await deployAll();

  assert.equal(deploy.exitCode, 0, deploy.log);
  assert.equal(deploy.outputs['changed'], 'false');
  assert.deepEqual(deploy.changes, []);
  assert.deepEqual(await scene.cluster.snapshot(), before);
  assert.match(deploy.log, /succeeded: Nothing to change: .* 3 workloads are healthy/);
});

test('a commit with new source gives the server exactly one new revision and the others none', async () => {
  scene.commit();
  scene.replace('server.mjs', "'one'", "'two'");
  const before = await scene.cluster.revisions();

  const deploy = await deployAll();

  assert.equal(deploy.exitCode, 0, deploy.log);
  assert.deepEqual(newRevisions(before, await scene.cluster.revisions()), { server: 1 });
  assert.equal(workloadsOf(deploy)['deployment/server']?.change, 'new revision');
  assert.equal(workloadsOf(deploy)['deployment/agent']?.change, 'unchanged');
  const answer = await scene.cluster.kubectl([
    'get',
    '--raw',
    `/api/v1/namespaces/${scene.cluster.namespace}/services/server/proxy/`,
  ]);
  assert.equal(answer, 'two');
});

test('a commit that changes the ConfigMap alone restarts the agent that reads it, once, and nothing else', async () => {
  scene.replace('k8s/agent.yaml', 'level = info', 'level = debug');
  const before = await scene.cluster.revisions();

  const deploy = await deployAll();

  assert.equal(deploy.exitCode, 0, deploy.log);
  assert.deepEqual(newRevisions(before, await scene.cluster.revisions()), { agent: 1 });
  assert.equal(workloadsOf(deploy)['deployment/agent']?.change, 'restarted');
  assert.match(deploy.summary, /restarted: ConfigMap\/agent changed/);
});

test('the run after a restart changes nothing', async () => {
  const before = await scene.cluster.snapshot();

  const deploy = await deployAll();

  assert.deepEqual(deploy.changes, [], deploy.log);
  assert.deepEqual(await scene.cluster.snapshot(), before);
});

test('a commit whose server crashes at start is red, and log, summary and annotation say the line that tells why', async () => {
  scene.commit();
  scene.replace('server.mjs', 'createServer(', "throw new Error('DATABASE_URL is not set');\ncreateServer(");

  const deploy = await deployAll();

  assert.equal(deploy.exitCode, 1);
  assert.deepEqual([deploy.outputs['result'], deploy.outputs['reason']], ['failed', 'container-crashed']);
  const verdict =
    /deployment\/server did not roll out: container server exits with code 1 \(\w+, \d restarts?\): Error: DATABASE_URL is not set/;
  for (const place of [deploy.log, deploy.summary, deploy.annotations.join('\n')]) {
    assert.match(place, verdict);
  }
});

test('the commit that mends it rolls out', async () => {
  scene.commit();
  scene.replace('server.mjs', "throw new Error('DATABASE_URL is not set');\n", '');

  const deploy = await deployAll();

  assert.equal(deploy.exitCode, 0, deploy.log);
  assert.equal(workloadsOf(deploy)['deployment/server']?.result, 'succeeded');
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
