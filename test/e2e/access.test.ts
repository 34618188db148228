import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { objectsAt, textAt } from '../../src/values/json.ts';
import { namespacedKubeconfig } from '../lab/namespaced-kubeconfig.ts';
import { configMapText, documents, manifestText, workloadText } from '../support/workload-text.ts';
import { openScene, secretsInKubeconfig, type Deploy, type Scene } from '../support/scene.ts';

/** The ways to a cluster, and where in it the objects go. */

let scene: Scene;
before(async () => {
  scene = await openScene('access');
});
after(async () => scene.close());

const deploySettings = (kubeconfig: string, inputs: Readonly<Record<string, string>> = {}): Promise<Deploy> => {
  scene.commit();
  scene.write('settings.yaml', configMapText('settings', { commit: scene.sha }));
  return scene.deploy({ inputs: { kubeconfig, manifests: 'settings.yaml', ...inputs } });
};
const assertDeployed = async (deploy: Deploy, cluster = scene.cluster): Promise<void> => {
  assert.equal(deploy.exitCode, 0, deploy.log);
  assert.equal(textAt(await cluster.get('configmap/settings'), 'data', 'commit'), scene.sha);
};

describe('kubeconfig', () => {
  test('may be the YAML itself', async () => {
    await assertDeployed(await deploySettings(scene.kubeconfig));
  });

  test('may be base64 of it, in lines as `base64` prints them', async () => {
    const lines = Buffer.from(scene.kubeconfig).toString('base64').replaceAll(/.{76}/g, '$&\n');
    scene.secret(scene.kubeconfig);

    await assertDeployed(await deploySettings(lines));
  });

  test('may be a path in the workspace', async () => {
    scene.write('secrets/kubeconfig', scene.kubeconfig);
    chmodSync(join(scene.workspace, 'secrets/kubeconfig'), 0o600);

    await assertDeployed(await deploySettings('secrets/kubeconfig'));
  });

  test("may be of a service account that knows one namespace, which is then the objects' own", async () => {
    const own = scene.addNamespace(`${scene.cluster.namespace}-own`);
    const kubeconfig = await namespacedKubeconfig(scene.lab, own.namespace);
    secretsInKubeconfig(kubeconfig).forEach((secret) => scene.secret(secret));

    const deploy = await deploySettings(kubeconfig, { namespace: '' });

    await assertDeployed(deploy, own);
  });

  test('is gone with all other files of the run when the run is over', async () => {
    const deploy = await deploySettings(scene.kubeconfig);

    assert.deepEqual(deploy.leftovers, []);
  });

  test('with a context that it does not have is an error with the names it has', async () => {
    const deploy = await deploySettings(scene.kubeconfig, { 'kube-context': 'production' });

    assert.equal(deploy.outputs['reason'], 'kubeconfig-invalid');
    assert.match(deploy.log, /failed: The kubeconfig has no context "production"; it has \S+/);
  });
});

describe('namespaces', () => {
  test('a namespace of the same manifests is made before what is in it, wherever it stands in them', async () => {
    const made = scene.addNamespace(`${scene.cluster.namespace}-made`);
    scene.write(
      'set.yaml',
      documents(
        workloadText({ name: 'first', namespace: made.namespace, containers: [{ envFrom: 'second' }] }),
        configMapText('second', { key: 'value' }),
        manifestText({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: made.namespace } }),
      ),
    );

    const deploy = await scene.deploy({ inputs: { manifests: 'set.yaml', namespace: made.namespace } });
    const again = await scene.deploy({ inputs: { manifests: 'set.yaml', namespace: made.namespace } });

    assert.equal(deploy.exitCode, 0, deploy.log);
    const applied = [...deploy.log.matchAll(/^ {2}(\S+) serverside-applied$/gm)].map(([, name = '']) => name);
    assert.deepEqual(applied, [`namespace/${made.namespace}`, 'configmap/second', 'deployment.apps/first']);
    assert.deepEqual(again.changes, [], again.log);
  });

  test('a namespace that is missing is an error that says how to make it', async () => {
    scene.write('settings.yaml', configMapText('settings', {}));

    const deploy = await scene.deploy({ inputs: { manifests: 'settings.yaml', namespace: 'e2e-nowhere' } });

    assert.equal(deploy.outputs['reason'], 'namespace-missing', deploy.log);
    assert.match(deploy.log, /kubectl create namespace e2e-nowhere/);
  });
});

/** May get, create and patch Deployments, and nothing else. */
const kubeconfigOfUser = async (): Promise<string> => {
  const metadata = { name: 'ci', namespace: scene.cluster.namespace };
  const group = 'rbac.authorization.k8s.io';
  const rules = [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'create', 'patch'] }];
  const roleRef = { apiGroup: group, kind: 'Role', name: 'ci' };
  const subjects = [{ kind: 'ServiceAccount', ...metadata }];
  const input = documents(
    manifestText({ apiVersion: 'v1', kind: 'ServiceAccount', metadata }),
    manifestText({ apiVersion: `${group}/v1`, kind: 'Role', metadata, rules }),
    manifestText({ apiVersion: `${group}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects }),
  );
  await scene.cluster.kubectl(['apply', '--filename=-'], { input });
  const token = scene.secret((await scene.cluster.kubectl(['create', 'token', 'ci'])).trim());
  const config: unknown = parse(scene.kubeconfig);
  const [user] = objectsAt(config, 'users');
  return JSON.stringify({ ...Object(config), users: [{ name: textAt(user, 'name'), user: { token } }] });
};

describe('a user who may hardly anything', () => {
  test('deploys all the same: a fresh read judges instead of kubectl, and notes say what nobody could see', async () => {
    const kubeconfig = await kubeconfigOfUser();
    scene.write('small.yaml', workloadText({ name: 'small' }));

    const deploy = await scene.deploy({ inputs: { manifests: 'small.yaml', kubeconfig } });
    const again = await scene.deploy({ inputs: { manifests: 'small.yaml', kubeconfig } });

    for (const step of [deploy, again]) {
      assert.equal(step.outputs['result'], 'succeeded', step.log);
      assert.match(step.log, /deployment\/small: kubectl could not judge it/);
      assert.match(step.log, /deployment\/small: the digests of its pods are not verified/);
    }
  });
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
