import { failureOfIdentity, isExpectedCluster } from './check/cluster-identity.ts';
import type { KubeApi } from './kube/api.ts';
import { createDiscovery, type Discovery } from './kube/discovery.ts';
import { secretsOf } from './kube/kubeconfig-secrets.ts';
import { loadKubeconfig, selectContext, yamlWithContext, type ClusterAccess } from './kube/kubeconfig.ts';
import type { Kubectl } from './kube/kubectl.ts';
import { openApi } from './kube/open-api.ts';
import { askServerVersionDirectly, readServerVersion } from './kube/server-version.ts';
import type { Plan } from './plan/plan.ts';
import type { ClusterWish } from './plan/slices.ts';
import type { Ports } from './ports.ts';
import type { InstalledTool } from './tools/install.ts';
import { installKubectl, preinstalledKubectl } from './tools/kubectl.ts';
import { textAt } from './values/json.ts';
import { minorOf } from './values/version.ts';

/** A cluster that answered, and the kubectl that fits it. */
export type Cluster = {
  readonly kubectl: Kubectl;
  readonly tool: InstalledTool;
  readonly api: KubeApi;
  readonly discover: Discovery;
  readonly serverVersion: string;
  /** Where objects go that name no namespace. */
  readonly namespace: string;
};

/**
 * Writes the kubeconfig privately, finds or installs the kubectl that fits the server, and opens the API through it. A kubectl that is on
 * the runner asks the server's version first; without one the server is asked directly.
 */
export async function connect(plan: Plan, wish: ClusterWish, ports: Ports): Promise<Cluster> {
  const kubeconfig = await loadKubeconfig(wish.kubeconfig, plan.render.workspace, ports.files);
  secretsOf(kubeconfig).forEach(ports.mask);
  const access = selectContext(kubeconfig, wish.context);
  await ports.files.writePrivate(wish.kubeconfigPath, yamlWithContext(kubeconfig, access.context));
  const opened = await openWithFittingKubectl(plan, wish, access, ports);
  await assertExpected(wish, access, opened.api, ports);
  return {
    ...opened,
    discover: createDiscovery(opened.api),
    namespace: wish.namespace ?? access.namespace ?? 'default',
  };
}

/** Nothing is changed in a cluster that is not the one that is meant. */
async function assertExpected(wish: ClusterWish, access: ClusterAccess, api: KubeApi, ports: Ports): Promise<void> {
  if (wish.expected === undefined) {
    return;
  }
  const identity = await isExpectedCluster(wish.expected, {
    server: access.server,
    caSha256: access.ca === undefined ? undefined : ports.sha256(derOf(access.ca)),
    uid: async () => uidOfCluster(api),
  });
  const failure = failureOfIdentity(identity);
  if (failure !== undefined) {
    await api.close();
    throw failure;
  }
}

/** The namespace kube-system lives as long as its cluster; undefined where it may not be read. */
async function uidOfCluster(api: KubeApi): Promise<string | undefined> {
  const answer = await api.request({ method: 'GET', path: '/api/v1/namespaces/kube-system' });
  return answer.status < 300 ? textAt(answer.body, 'metadata', 'uid') : undefined;
}

function derOf(pem: string): Uint8Array {
  const [, body = ''] = /-----BEGIN CERTIFICATE-----([^-]*)-----END/.exec(pem) ?? [];
  return Buffer.from(body, 'base64');
}

type Opened = Pick<Cluster, 'kubectl' | 'tool' | 'api' | 'serverVersion'>;

async function openWithFittingKubectl(
  plan: Plan,
  wish: ClusterWish,
  access: ClusterAccess,
  ports: Ports,
): Promise<Opened> {
  const bind = (path: string): Kubectl => ({ path, kubeconfigPath: wish.kubeconfigPath, context: access.context });
  const open = async (path: string): Promise<KubeApi> => openApi(bind(path), wish.socketPath, ports.exec, ports.http);

  const pathOnRunner = await ports.toolCache.onPath('kubectl');
  if (pathOnRunner === undefined) {
    const guess = await askServerVersionDirectly(access, ports.http);
    const tool = await installKubectl(plan.tools, minorOf(guess ?? ''), undefined, ports);
    const api = await open(tool.path);
    return { kubectl: bind(tool.path), tool, api, serverVersion: await readServerVersion(api, ports.clock) };
  }
  const [api, found] = await Promise.all([open(pathOnRunner), preinstalledKubectl(ports)]);
  const serverVersion = await readServerVersion(api, ports.clock);
  const tool = await installKubectl(plan.tools, minorOf(serverVersion), found, ports);
  if (tool.path === pathOnRunner) {
    return { kubectl: bind(tool.path), tool, api, serverVersion };
  }
  await api.close();
  return { kubectl: bind(tool.path), tool, api: await open(tool.path), serverVersion };
}
