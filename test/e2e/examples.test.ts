import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { objectsAt } from '../../src/values/json.ts';
import { labTool } from '../lab/native/lab-tool.ts';
import { openGap } from '../support/air-gap.ts';
import { firstContainer } from '../support/cluster.ts';
import { openExample, type ExampleScene } from '../support/example-scene.ts';
import { actionSteps, calledWorkflow, prefixed, type ActionStep } from '../support/example-workflow.ts';
import type { Deploy } from '../support/scene.ts';
import { ROOT } from '../support/source-files.ts';

/** Each example is deployed with what its own workflow says. */

async function example(context: TestContext, ...args: Parameters<typeof openExample>): Promise<ExampleScene> {
  const opened = await openExample(...args);
  context.after(async () => opened.close());
  return opened;
}

/** Green, without a warning, and with nothing left behind: it works as it stands there. */
function assertFlawless(deploy: Deploy, { scene }: Pick<ExampleScene, 'scene'>): void {
  assert.deepEqual([deploy.exitCode, deploy.outputs['result']], [0, 'succeeded'], deploy.log);
  assert.deepEqual(
    deploy.annotations.filter((line) => /^::(error|warning)/.test(line)),
    [],
    deploy.log,
  );
  assert.deepEqual([...scene.github.mistakes(), ...scene.github.defects()], []);
  scene.assertNothingLeft();
}

function stepCalled(workflow: unknown, name: string): ActionStep {
  const found = actionSteps(workflow).find((step) => step.name === name);
  assert.ok(found !== undefined, `the workflow has no step "${name}"`);
  return found;
}

/** The scene would give its own. */
const NO_NAMESPACE = { namespace: '' };

async function imageOf({ scene }: Pick<ExampleScene, 'scene'>, workload: string): Promise<unknown> {
  return firstContainer(await scene.cluster.get(workload))['image'];
}

test('shop: builds the server, fills in the manifests, and runs', async (context) => {
  const shop = await example(context, 'shop');
  const { scene, images } = shop;
  scene.write(
    'k8s/namespace.yaml',
    readFileSync(join(scene.workspace, 'k8s/namespace.yaml'), 'utf8').replace(
      'name: shop',
      `name: ${scene.cluster.namespace}`,
    ),
  );
  shop.commit();
  const token = scene.secret('the-token-of-the-agent');
  const values = { 'vars.REGISTRY': images, 'vars.AGENT_USER': 'agent', 'secrets.AGENT_TOKEN': token };

  const deploy = await shop.runWorkflow('deploy', values);

  assert.deepEqual([deploy.exitCode, deploy.outputs['result']], [0, 'succeeded'], deploy.log);
  assert.equal(await imageOf(shop, 'deployment/server'), deploy.outputs['image']);
  assert.match(await shop.answerOf('proxy'), /\(server-/);
});

test('bake: two images of one commit, each with its digest in its manifest', async (context) => {
  const bake = await example(context, 'bake');

  const deploy = await bake.runWorkflow('deploy');

  assertFlawless(deploy, bake);
  const images = (deploy.outputs['images'] ?? '').split('\n').toSorted();
  assert.deepEqual([await imageOf(bake, 'deployment/server'), await imageOf(bake, 'deployment/worker')], images);
  assert.equal(await bake.answerOf('server'), 'Welcome');
});

test('kustomize: the overlay of production; the ConfigMap of an earlier deploy is pruned', async (context) => {
  const kustomize = await example(context, 'kustomize');
  const { scene } = kustomize;
  const configMaps = async (): Promise<readonly string[]> =>
    (await scene.cluster.kubectl(['get', 'configmaps', '--output=name']))
      .split('\n')
      .filter((name) => name.includes('/server-'));

  assertFlawless(await kustomize.runWorkflow('deploy'), kustomize);
  assert.equal(await kustomize.answerOf('server'), 'Welcome to the shop');
  const before = await configMaps();
  scene.replace('k8s/overlays/production/kustomization.yaml', 'Welcome to the shop', 'Welcome back');
  kustomize.commit();
  assertFlawless(await kustomize.runWorkflow('deploy'), kustomize);

  assert.equal(await kustomize.answerOf('server'), 'Welcome back');
  const after = await configMaps();
  assert.deepEqual([before.length, after.length], [1, 1]);
  assert.notDeepEqual(after, before);
});

test('helm: the chart with the values of production', async (context) => {
  const helm = await example(context, 'helm');
  const { scene } = helm;
  const folder = join(dirname(scene.workspace), 'helm');
  mkdirSync(folder);
  symlinkSync(await labTool('helm'), join(folder, 'helm'));

  const deploy = await helm.runWorkflow('deploy', {}, {}, { path: `${folder}:${scene.lab.env['PATH'] ?? ''}` });

  assertFlawless(deploy, helm);
  assert.equal(await imageOf(helm, 'deployment/shop'), deploy.outputs['image']);
  assert.equal(await helm.answerOf('shop'), 'Welcome to the shop');
});

test('deploy-only: the digest that the workflow is started with, and no build', async (context) => {
  const deployOnly = await example(context, 'deploy-only');
  const { scene, images } = deployOnly;
  const repository = `${images}/catalogue/server`;
  cpSync(join(ROOT, 'examples/clouds/server'), join(scene.workspace, 'elsewhere'), { recursive: true });
  const built = await scene.deploy({
    inputs: { image: repository, context: 'elsewhere', namespace: '', kubeconfig: '' },
  });
  rmSync(join(scene.workspace, 'elsewhere'), { recursive: true });
  const digest = built.outputs['digest'] ?? '';

  const deploy = await deployOnly.runWorkflow('deploy', { 'inputs.digest': digest });

  assertFlawless(deploy, deployOnly);
  assert.equal(await imageOf(deployOnly, 'deployment/server'), `${repository}@${digest}`);
  assert.deepEqual(
    deploy.commands.filter((command) => command.startsWith('buildx build')),
    [],
  );
});

test('clouds: EKS, GKE and AKS by the kubeconfig that their steps leave, and no other cluster', async (context) => {
  const clouds = await example(context, 'clouds');
  const { scene } = clouds;
  const folder = join(dirname(scene.workspace), 'temp');
  mkdirSync(folder);
  writeFileSync(join(folder, 'eks-kubeconfig'), scene.kubeconfig, { mode: 0o600 });
  const server = /server: (\S+)/.exec(scene.kubeconfig)?.[1] ?? '';
  const file = join(folder, 'eks-kubeconfig');
  const values = {
    'runner.temp': folder,
    'env.KUBECONFIG': file,
    'steps.cluster.outputs.kubeconfig_path': file,
    'vars.CLUSTER_URL': server,
  };

  for (const cloud of ['eks', 'gke', 'aks']) {
    const deploy = await clouds.runWorkflow(cloud, values);
    assertFlawless(deploy, clouds);
    assert.equal(deploy.outputs['tag'], scene.sha);
  }
  assert.equal(await clouds.answerOf('server'), 'Welcome');
  const elsewhere = await clouds.runWorkflow('eks', { ...values, 'vars.CLUSTER_URL': 'https://k8s.example.com:6443' });
  assert.deepEqual([elsewhere.exitCode, elsewhere.outputs['reason']], [1, 'wrong-cluster'], elsewhere.log);
});

test('matrix: one digest to dev, to staging and to production, each behind the record of the one before', async (context) => {
  const matrix = await example(context, 'matrix');
  const { scene } = matrix;
  const { namespace } = scene.cluster;
  const list = objectsAt(
    { list: JSON.parse(readFileSync(join(scene.workspace, 'environments.json'), 'utf8')) },
    'list',
  );
  const environments = list.map((one) => ({ ...one, namespace: `${namespace}-${String(one['name'])}` }));
  await Promise.all(
    environments.map(async (one) => scene.addNamespace(one.namespace).kubectl(['create', 'namespace', one.namespace])),
  );
  const { called, given } = calledWorkflow(matrix.workflow('deploy'), {
    'needs.environments.outputs.list': JSON.stringify(environments),
    'secrets.KUBECONFIG': scene.kubeconfig,
  });
  const step = (name: string): ActionStep => stepCalled(called, name);

  const made = await matrix.run(step('The environments'), given, { kubeconfig: '', namespace: '' });
  const built = await matrix.run(step('Build'), given, { kubeconfig: '', namespace: '' });
  assert.deepEqual([made.exitCode, built.exitCode], [0, 0], `${made.log}\n${built.log}`);
  const legs = objectsAt(JSON.parse(made.outputs['matrix'] ?? ''), 'include');
  for (const leg of legs) {
    const ofLeg = prefixed(
      'matrix',
      Object.fromEntries(Object.entries(leg).map(([name, value]) => [name, String(value)])),
    );
    const images = { 'needs.prepare.outputs.images': built.outputs['images'] ?? '' };
    const deployment = { "inputs.deployment == 'job' && 'off'": '' };
    const deploy = await matrix.run(
      step('Deploy'),
      { ...given, ...ofLeg, ...images, ...deployment },
      { namespace: String(leg['namespace']) },
    );
    assertFlawless(deploy, matrix);
    assert.equal(deploy.outputs['digest'], built.outputs['digest']);
  }

  assert.deepEqual(await Promise.all(environments.map(async (one) => matrix.answerOf('server', one.namespace))), [
    'Welcome to dev',
    'Welcome to staging',
    'Welcome to the shop',
  ]);
  const deployments = scene.github.repository('org/app').deployments();
  assert.deepEqual(
    deployments.map(({ environment, state, sha }) => [environment, state, sha]),
    ['dev', 'staging', 'production'].map((name) => [name, 'success', scene.sha]),
  );
  assert.equal(deployments.at(-1)?.statuses.at(-1)?.environmentUrl, 'https://shop.example.com');
});

test('previews: opened, and its address in the comment; closed, and gone', async (context) => {
  const previews = await example(context, 'previews');
  const { scene } = previews;
  const { github } = scene;
  // Of its own, and so is the number: others use the same cluster.
  const number = randomInt(100_000, 1_000_000);
  const head = randomBytes(20).toString('hex');
  const repository = github.repository('org/app');
  repository.openPullRequest({ number, head: { ref: 'more', sha: head } });
  const preview = scene.addNamespace(`shop-pr-${number}`);
  const { called, given } = calledWorkflow(previews.workflow('preview'), {
    'github.event.number': String(number),
    'inputs.dry-run': '',
    'secrets.KUBECONFIG': scene.kubeconfig,
  });
  const happens = async (
    action: 'opened' | 'closed',
    name: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Deploy> => {
    const of = { id: repository.id, full_name: 'org/app' };
    const state = action === 'closed' ? 'closed' : 'open';
    const pull = { number, state, head: { ref: 'more', sha: head, repo: of }, base: { ref: 'main', repo: of } };
    return previews.run(stepCalled(called, name), given, more, {
      event: { name: 'pull_request', payload: { action, number, pull_request: pull, repository: of } },
      // The workspace is at the merge commit, which is what GITHUB_SHA says.
      runner: {
        GITHUB_REF: `refs/pull/${number}/merge`,
        GITHUB_BASE_REF: 'main',
        GITHUB_REPOSITORY_ID: String(repository.id),
      },
    });
  };
  const comment = (): string =>
    repository
      .comments(number)
      .map(({ body }) => body)
      .join('\n---\n');

  const opened = await happens('opened', 'Build and deploy', NO_NAMESPACE);
  assertFlawless(opened, previews);
  assert.deepEqual(
    [opened.outputs['namespace'], opened.outputs['url'], opened.outputs['sha']],
    [preview.namespace, `http://shop-${number}.preview.example.com/`, head],
  );
  assert.equal(await previews.answerOf('server', preview.namespace), 'Welcome');
  const guards = await preview.kubectl(['get', 'resourcequotas,networkpolicies', '--output=name']);
  assert.deepEqual(guards.trim().split('\n'), [
    'resourcequota/k8s-deploy-preview',
    'networkpolicy.networking.k8s.io/k8s-deploy-preview',
  ]);
  assert.ok(comment().includes(`http://shop-${number}.preview.example.com`), comment());

  repository.changePullRequest(number, { state: 'closed' });
  const closed = await happens('closed', 'Remove the preview', NO_NAMESPACE);
  assertFlawless(closed, previews);
  assert.equal(await preview.kubectl(['get', 'namespace', preview.namespace, '--ignore-not-found']), '');
  assert.equal(repository.comments(number).length, 1, comment());
  assert.match(comment(), /removed|gone/);
  assert.deepEqual(
    repository.deployments().map(({ environment, state }) => [environment, state]),
    [['preview', 'inactive']],
  );

  const swept = await happens('closed', 'Remove the previews that nobody needs any more', NO_NAMESPACE);
  assertFlawless(swept, previews);
  assert.equal(swept.outputs['removed'], '[]');
});

test('air-gapped: from its own registry, by its own authority, with the tools that are there; nobody else is asked', async (context) => {
  const gap = await openGap(context);
  if (gap === undefined) {
    context.skip('only the native lab can teach its node another registry');
    return;
  }
  const { scene } = gap.opened;

  const deploy = await gap.deploy();

  assertFlawless(deploy, gap.opened);
  assert.equal(await imageOf(gap.opened, 'deployment/server'), deploy.outputs['image']);
  assert.equal(await gap.opened.answerOf('server'), 'Welcome');
  assert.match(deploy.log, /^kubectl v\S+ \(preinstalled\)$/m);
  assert.match(deploy.log, /^buildx v\S+ \(preinstalled\)$/m);
  assert.deepEqual(gap.asked, []);
  const pulled = gap.registry
    .requests()
    .filter(({ repository, user }) => repository === 'library/node' && user === 'pusher');
  assert.ok(pulled.length > 0, 'the base image comes through the registry that asks for a password');
  assert.ok(deploy.outputs['image']?.startsWith(`${gap.host}/shop/server:${scene.sha}@`), deploy.outputs['image']);
});
