import { decodeBase64 } from '../values/base64.ts';
import { isJsonObject, objectsAt, textAt, valueAt } from '../values/json.ts';
import type { Kubeconfig } from './kubeconfig.ts';

/** Every secret in it, in each form in which it could reach a log: leaf values, decoded keys, and the lines of those. */
export function secretsOf(kubeconfig: Kubeconfig): readonly string[] {
  const leaves = objectsAt(kubeconfig.content, 'users').flatMap((user) => secretLeaves(valueAt(user, 'user')));
  const decoded = leaves.flatMap((leaf) => decodeBase64(leaf).split('\n')).filter((line) => !line.startsWith('-----'));
  const lines = leaves.flatMap((leaf) => leaf.split('\n'));
  return [...new Set([...leaves, ...lines, ...decoded])].filter(
    (secret) => secret.trim().length >= 8 && isPrintable(secret),
  );
}

const SECRET_KEYS = ['token', 'password', 'client-key-data', 'client-certificate-data'];

function secretLeaves(user: unknown): readonly string[] {
  const direct = SECRET_KEYS.map((key) => textAt(user, key));
  const provider = valueAt(user, 'auth-provider', 'config');
  const providerValues = isJsonObject(provider) ? Object.values(provider) : [];
  const execValues = objectsAt(user, 'exec', 'env')
    .filter((entry) => /token|secret|password|key/i.test(String(entry['name'])))
    .map((entry) => entry['value']);
  return [...direct, ...providerValues, ...execValues].filter((value): value is string => typeof value === 'string');
}

function isPrintable(text: string): boolean {
  return !text.includes('\uFFFD') && !text.includes('\0');
}
