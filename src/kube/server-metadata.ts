/** What the server writes into metadata; of one life of the object only. */
export const SERVERS_METADATA: readonly string[] = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** Counters that controllers keep in annotations: they only go up. */
export const COUNTERS: readonly string[] = [
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
];
