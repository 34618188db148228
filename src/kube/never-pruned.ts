/** With it go other people's objects, or data. By group and kind. */
const NEVER_PRUNED: readonly string[] = [
  '/Namespace',
  '/PersistentVolumeClaim',
  '/PersistentVolume',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'storage.k8s.io/StorageClass',
  'apiregistration.k8s.io/APIService',
];

/** Whether objects of a kind stay although they left the manifests. */
export function isNeverPruned(group: string, kind: string): boolean {
  return NEVER_PRUNED.includes(`${group}/${kind}`);
}
