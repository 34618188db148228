import type { KubeObject } from '../kube/object.ts';

/** How the API server says that a field can never change; each kind has its own words. */
const WORDS = [
  /\bis immutable\b/,
  /may not change once set/,
  /may not be changed in an update/,
  /cannot change roleRef/,
  /updates may not change fields other than/,
  /updates to .* are forbidden/,
];

export function isAboutImmutable(text: string): boolean {
  return WORDS.some((words) => words.test(text));
}

const ANOTHER_NAME = 'give the object another name';

const ADVICE: Readonly<Record<string, string>> = {
  Job: `Set job-policy: replace, which deletes a finished Job first, or ${ANOTHER_NAME}.`,
  Deployment: `Put the selector back as it was, or ${ANOTHER_NAME}; to keep the name, delete the Deployment first: its pods go with it.`,
  DaemonSet: `Put the selector back as it was, or ${ANOTHER_NAME}; to keep the name, delete the DaemonSet first: its pods go with it.`,
  StatefulSet: `Put it back as it was; to change volumeClaimTemplates or serviceName, delete the StatefulSet with --cascade=orphan first: its pods stay.`,
  PersistentVolumeClaim: `Put it back as it was: only the requested size may grow, where the storage class allows it. For anything else ${ANOTHER_NAME} and move the data.`,
  Service: 'Leave clusterIP out of the manifest, or delete the Service first: its address changes with it.',
  RoleBinding: 'Delete the RoleBinding first, or give it another name: what it grants can never change.',
  ClusterRoleBinding: 'Delete the ClusterRoleBinding first, or give it another name: what it grants can never change.',
  ConfigMap: 'The object says immutable: true. Give it another name, and name that in the pods.',
  Secret: 'The type of a Secret, and data with immutable: true, stay. Give it another name, and name that in the pods.',
};

/** What to do when a field of a kind can never change. */
export function adviceOnImmutable({ kind }: KubeObject): string {
  return ADVICE[kind] ?? 'Put it back as it was, or delete the object first, or give it another name.';
}
