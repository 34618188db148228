import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { objectsAt } from '../../src/values/json.ts';
import { namespacedKubeconfig } from '../lab/namespaced-kubeconfig.ts';
import type { Snapshot } from '../support/cluster.ts';
import { secretsInKubeconfig, openScene, type Deploy, type Scene, type Wish } from '../support/scene.ts';
import { workloadText } from '../support/workload-text.ts';

/** What is wrong is found before anything changes: each test compares every object of the namespace before and after. */

let scene: Scene;
let untouched: Snapshot;

before(async () => {
  scene = await openScene('refusals');
  scene.useExample();
  const { exitCode, log } = await deployAll();
  assert.equal(exitCode, 0, log);
  untouched = await scene.cluster.snapshot();
});
after(async () => scene.close());

/** Deploys another commit of the example: whatever of it reached the cluster would be seen. */
function deployAll(wish: Wish = {}): Promise<Deploy> {
  scene.useExample();
  scene.commit();
  return deployAsItIs(wish);
}

function deployAsItIs(wish: Wish): Promise<Deploy> {
  return scene.deploy({
    ...wish,
    inputs: {
      image: scene.repository,
      context: '.',
      manifests: 'k8s/*.yaml',
      vars: 'REGISTRY\nAPI_KEY\nAGENT_PASSWORD',
      timeout: '60s',
      ...wish.inputs,
    },
    env: {
      API_KEY: scene.secret('s3cr3t-api-key-of-the-server'),
      AGENT_PASSWORD: scene.secret('s3cr3t-password-of-the-agent'),
      ...wish.env,
    },
  });
}

type Refusal = { readonly reason: string; readonly sentence: RegExp; readonly withinSeconds?: number };

/** Red with its own code and one sentence that is everywhere the same, soon, and nothing in the cluster is changed. */
async function assertRefused(deploy: Deploy, { reason, sentence, withinSeconds = 5 }: Refusal): Promise<void> {
  assert.equal(deploy.exitCode, 1, deploy.log);
  assert.deepEqual(
    [deploy.outputs['result'], deploy.outputs['reason'], deploy.outputs['changed']],
    ['failed', reason, 'false'],
    deploy.log,
  );
  const verdict = /^failed: (.*)$/m.exec(deploy.log)?.[1] ?? '';
  assert.match(verdict, sentence);
  assert.match(deploy.summary, /^## ❌ /);
  assert.ok(deploy.annotations.length > 0 && deploy.annotations.every((line) => line.includes(reason)), deploy.log);
  assert.ok(deploy.seconds < withinSeconds, `${deploy.seconds} s`);
  assert.deepEqual(deploy.changes, []);
  assert.deepEqual(await scene.cluster.snapshot(), untouched);
}

function builds(deploy: Deploy): readonly string[] {
  return deploy.commands.filter((command) => command.startsWith('buildx build '));
}

test('a variable that is not set is named with file and line, before anything is built', async () => {
  const deploy = await deployAll({ env: { AGENT_PASSWORD: '' } });

  await assertRefused(deploy, {
    reason: 'variable-undefined',
    sentence: /^k8s\/agent\.yaml:10: the variable AGENT_PASSWORD is empty$/,
    withinSeconds: 2,
  });
  assert.deepEqual(deploy.commands, []);
});

test('an image that no container of the manifests uses is an error, before anything is built', async () => {
  const image = `${scene.lab.env['REGISTRY'] ?? ''}/e2e/sever`;

  const deploy = await deployAll({ inputs: { image } });

  await assertRefused(deploy, {
    reason: 'image-unmatched',
    sentence: /^no container in the manifests uses the image \S+\/e2e\/sever$/,
    withinSeconds: 2,
  });
  assert.match(deploy.log, /The nearest is \S+\/e2e\/server/);
  assert.deepEqual(builds(deploy), []);
});

test('an input that does not exist is an error with the nearest name, and nothing is even started', async () => {
  const deploy = await deployAll({ inputs: { manifest: 'k8s' } });

  await assertRefused(deploy, {
    reason: 'input-invalid',
    sentence: /^manifest: did you mean manifests\?$/,
    withinSeconds: 2,
  });
  assert.deepEqual(deploy.commands, []);
});

test('a download whose sum is wrong is removed, and the sentence has both sums', async (context) => {
  const mirror = scene.lab.env['KUBECTL_MIRROR'];
  if (mirror === undefined) {
    context.skip(`the ${scene.lab.provider} lab has no download mirror`);
    return;
  }
  await scene.lab.fault(['download', 'corrupt', 'kubectl']);
  try {
    const deploy = await deployAll({
      path: scene.noPrograms,
      inputs: { 'kubectl-mirror': mirror, image: '', context: '', manifests: 'k8s/proxy.yaml', vars: '' },
    });

    await assertRefused(deploy, {
      reason: 'tool-checksum-mismatch',
      sentence: /kubectl has sha256 [0-9a-f]{64}, but http:\/\/\S+\.sha256 says [0-9a-f]{64}\.$/,
      withinSeconds: 10,
    });
    assert.match(deploy.log, /nothing was cached/);
    assert.deepEqual(deploy.cachedTools, []);
  } finally {
    await scene.lab.fault(['download', 'heal']);
  }
});

test('an API server that is not there is named, and the run does not wait for it', async () => {
  const port = await unusedPort();
  const kubeconfig = changed(scene.kubeconfig, (cluster) => ({ ...cluster, server: `https://127.0.0.1:${port}` }));

  const deploy = await deployAll({ inputs: { kubeconfig } });

  await assertRefused(deploy, {
    reason: 'cluster-unreachable',
    sentence: new RegExp(`^The API server does not answer: .*127\\.0\\.0\\.1:${port}`),
    withinSeconds: 12,
  });
  assert.deepEqual(builds(deploy), []);
});

test("a namespace that the kubeconfig's user may not touch is refused for every object at once", async () => {
  const own = scene.addNamespace(`${scene.cluster.namespace}-own`);
  const kubeconfig = await namespacedKubeconfig(scene.lab, own.namespace);
  secretsInKubeconfig(kubeconfig).forEach((secret) => scene.secret(secret));

  const deploy = await deployAll({ inputs: { kubeconfig } });

  await assertRefused(deploy, {
    reason: 'access-denied',
    sentence: /^\d+ problems before anything was changed$/,
  });
  assert.match(deploy.log, /may not get, create, patch configmaps in/);
  assert.match(deploy.log, /kind: Role\n/);
  assert.deepEqual(builds(deploy), []);
});

test('a field that the cluster does not know is found by the dry run, with file and line, before anything is built', async () => {
  scene.useExample();
  scene.commit();
  scene.replace('k8s/server.yaml', '  replicas: 2', '  replicaz: 2');

  const deploy = await deployAsItIs({});

  await assertRefused(deploy, {
    reason: 'manifest-rejected',
    sentence: /^k8s\/server\.yaml:13: Deployment\/server in \S+: \.spec\.replicaz: field not declared in schema$/,
  });
  assert.deepEqual(builds(deploy), []);
});

test('a registry that refuses the push is named, and nothing of the commit is applied', async (context) => {
  if (scene.lab.provider !== 'native') {
    context.skip(`the registry of the ${scene.lab.provider} lab cannot be made read-only`);
    return;
  }
  await scene.lab.fault(['registry', 'read-only']);
  try {
    const deploy = await deployAll();

    await assertRefused(deploy, {
      reason: 'push-refused',
      sentence: /^The registry did not take \S+\/e2e\/server:[0-9a-f]{40}: .*405 Method Not Allowed/,
      withinSeconds: 10,
    });
  } finally {
    await scene.lab.fault(['registry', 'writable']);
  }
});

test('a kubeconfig that is none is an error that does not repeat it', async () => {
  const wrong = scene.secret('apiVersion: v1\nkind: Secret\ndata: {password: not-a-kubeconfig-but-secret}');

  const deploy = await deployAll({ inputs: { kubeconfig: wrong } });

  await assertRefused(deploy, {
    reason: 'kubeconfig-invalid',
    sentence:
      /^The input kubeconfig is neither YAML with clusters and contexts, nor base64 of it, nor the path of a file$/,
  });
  assert.deepEqual(builds(deploy), []);
});

test('names in set-image that do not exist are all reported, and no existing one is changed', async () => {
  await scene.cluster.kubectl(['create', '--filename=-'], { input: workloadText({ name: 'legacy' }) });
  await scene.cluster.kubectl(['rollout', 'status', 'deployment/legacy', '--timeout=60s']);
  untouched = await scene.cluster.snapshot();

  const deploy = await deployAll({
    inputs: { 'set-image': 'deployment/legacy main=node:24-slim\ndeployment/legacy other\ndeployment/nobody main' },
  });

  await assertRefused(deploy, {
    reason: 'workload-not-found',
    sentence: /^2 problems before anything was changed$/,
  });
  assert.match(deploy.log, /deployment\/legacy has no container "other"; it has main/);
  assert.match(deploy.log, /there is no deployment\/nobody in the namespace/);
  assert.deepEqual(builds(deploy), []);
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});

/** The same kubeconfig with other clusters. */
function changed(kubeconfig: string, change: (cluster: object) => object): string {
  const content: object = parse(kubeconfig);
  const clusters = objectsAt(content, 'clusters').map((entry) => ({
    ...entry,
    cluster: change(Object(entry['cluster'])),
  }));
  return stringify({ ...content, clusters });
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
