import { parse, parseAllDocuments } from 'yaml';
import { objectsAt, textAt, valueAt } from '../../src/values/json.ts';
import type { Cluster } from './cluster.ts';
import type { Scene } from './scene.ts';
import { documents, manifestText } from './workload-text.ts';

/** One verb of one resource; without a namespace for what is in none. */
export type Right = {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly namespace: string | undefined;
};

const API_GROUP = 'rbac.authorization.k8s.io';

/** The rights in YAML of Roles and ClusterRoles, one by one. */
export function rightsIn(yaml: string): readonly Right[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    const role: unknown = document.toJS();
    const namespace = textAt(role, 'metadata', 'namespace');
    return objectsAt(role, 'rules').flatMap((rule) =>
      textsAt(rule, 'apiGroups').flatMap((group) =>
        textsAt(rule, 'resources').flatMap((resource) =>
          textsAt(rule, 'verbs').map((verb) => ({ group, resource, verb, namespace })),
        ),
      ),
    );
  });
}

/** "patch deployments.apps" */
export function describeRight({ verb, resource, group }: Right): string {
  return `${verb} ${resource}${group === '' ? '' : `.${group}`}`;
}

/** Gives each service account of the namespace exactly these rights. What is in no namespace is to be taken back by `revokeAll`. */
export async function grant(users: Readonly<Record<string, readonly Right[]>>, cluster: Cluster): Promise<void> {
  const texts = Object.entries(users).flatMap(([user, rights]) => {
    const own = rights.filter(({ namespace }) => namespace !== undefined);
    const others = rights.filter(({ namespace }) => namespace === undefined);
    return [...roleTexts(user, 'Role', own, cluster), ...roleTexts(user, 'ClusterRole', others, cluster)];
  });
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '--filename=-'], {
    input: documents(...texts),
  });
}

export async function revokeAll(cluster: Cluster): Promise<void> {
  await cluster.kubectl(['delete', 'clusterroles,clusterrolebindings', `--selector=e2e=${cluster.namespace}`]);
}

/** A kubeconfig with the token of a service account, which is made. */
export async function kubeconfigOf(user: string, scene: Scene): Promise<string> {
  await scene.cluster.kubectl(['create', 'serviceaccount', user]);
  const token = scene.secret((await scene.cluster.kubectl(['create', 'token', user])).trim());
  return withUser(scene.kubeconfig, () => ({ token }));
}

/** A kubeconfig of the lab's administrator, who acts as a service account of the namespace: that needs neither an account nor a token. */
export function kubeconfigAs(user: string, { cluster, kubeconfig }: Scene): string {
  const as = `system:serviceaccount:${cluster.namespace}:${user}`;
  return withUser(kubeconfig, (admin) => ({ ...admin, as }));
}

function withUser(kubeconfig: string, change: (admin: object) => object): string {
  const config: unknown = parse(kubeconfig);
  const [admin] = objectsAt(config, 'users');
  const user = { name: textAt(admin, 'name'), user: change(Object(valueAt(admin, 'user'))) };
  return JSON.stringify({ ...Object(config), users: [user] });
}

function roleTexts(
  user: string,
  kind: 'Role' | 'ClusterRole',
  rights: readonly Right[],
  { namespace }: Cluster,
): readonly string[] {
  const place = kind === 'Role' ? { name: user, namespace } : { name: `${namespace}-${user}` };
  const metadata = { ...place, labels: { e2e: namespace } };
  const rules = rights.map(({ group, resource, verb }) => ({
    apiGroups: [group],
    resources: [resource],
    verbs: [verb],
  }));
  const roleRef = { apiGroup: API_GROUP, kind, name: place.name };
  const subjects = [{ kind: 'ServiceAccount', name: user, namespace }];
  const apiVersion = `${API_GROUP}/v1`;
  return rules.length === 0
    ? []
    : [
        manifestText({ apiVersion, kind, metadata, rules }),
        manifestText({ apiVersion, kind: `${kind}Binding`, metadata, roleRef, subjects }),
      ];
}

function textsAt(object: unknown, key: string): readonly string[] {
  const value = valueAt(object, key);
  return Array.isArray(value) ? value.map(String) : [];
}
