import { run } from './command.ts';
import type { Lab } from './provider.ts';

const ACCOUNT = 'lab-editor';

/** A kubeconfig, as text, of a service account that may edit one namespace and knows no other. */
export async function namespacedKubeconfig(lab: Lab, namespace: string): Promise<string> {
  const kubectl = (argv: readonly string[], input?: string): Promise<string> =>
    run(['kubectl', ...argv], { env: lab.env, ...(input === undefined ? {} : { input }) });
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: ACCOUNT, namespace } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: ACCOUNT, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' },
      subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace }],
    },
  ];
  await kubectl(['apply', '--filename=-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  const token = await kubectl(['create', 'token', ACCOUNT, `--namespace=${namespace}`, '--duration=24h']);
  const cluster: unknown = JSON.parse(
    await kubectl(['config', 'view', '--raw', '--output=jsonpath-as-json={.clusters[0]}']),
  );
  const [current] = Array.isArray(cluster) ? cluster : [];
  return JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'lab',
      clusters: [{ ...current, name: 'lab' }],
      contexts: [{ name: 'lab', context: { cluster: 'lab', user: ACCOUNT, namespace } }],
      users: [{ name: ACCOUNT, user: { token: token.trim() } }],
    },
    undefined,
    2,
  );
}
