import type { Row } from './row.ts';

const NOT_CREATED = ['CreateContainerConfigError', 'CreateContainerError'];

/** Containers that are not even made: the kubelet tries again every 10 to 15 s. */
export const CONFIG_ROWS: readonly Row[] = [
  {
    id: 'config-root',
    family: 'config',
    reason: 'runs-as-root',
    says: 'may not run as root, and its image does',
    match: { words: NOT_CREATED, text: /runAsNonRoot|non-numeric user/ },
    none: { seconds: 0 },
    some: { seconds: 0 },
  },
  {
    id: 'config-key',
    family: 'config',
    reason: 'config-key-missing',
    says: 'needs a key that is missing',
    match: { words: NOT_CREATED, text: /couldn't find key|references non-existent (secret|config) key/i },
    none: { seconds: 20 },
    some: { seconds: 60 },
    evidence: 'config',
  },
  {
    id: 'config-sync',
    family: 'config',
    reason: 'config-missing',
    says: 'waits for the kubelet to fetch its configuration',
    match: { words: NOT_CREATED, text: /failed to sync (secret|configmap) cache/ },
    none: { seconds: 90 },
    some: 'never',
  },
  {
    id: 'config-object',
    family: 'config',
    reason: 'config-missing',
    says: 'needs a Secret or ConfigMap that is missing',
    match: { words: NOT_CREATED, text: /(secret|configmap) "[^"]+" not found/i },
    none: { seconds: 20 },
    some: { seconds: 120 },
    evidence: 'config',
  },
  {
    id: 'config-command',
    family: 'config',
    reason: 'command-not-found',
    says: 'has no command, neither here nor in its image',
    match: { words: NOT_CREATED, text: /no command specified/i },
    none: { seconds: 10 },
    some: { seconds: 10 },
  },
  {
    id: 'config-other',
    family: 'config',
    reason: 'container-not-created',
    says: 'cannot be created',
    match: { words: NOT_CREATED },
    none: { seconds: 60 },
    some: { seconds: 120 },
  },
];
