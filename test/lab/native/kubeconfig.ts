import { readFile, writeFile } from 'node:fs/promises';
import type { KeyPair } from './certificates.ts';

export type User =
  { readonly name: string; readonly keyPair: KeyPair } | { readonly name: string; readonly token: string };

export interface KubeconfigOptions {
  readonly server: string;
  readonly caPath: string;
  readonly user: User;
  readonly namespace?: string;
}

/** Writes a self-contained kubeconfig (no paths in it), readable by its owner only. */
export async function writeKubeconfig(path: string, options: KubeconfigOptions): Promise<string> {
  const { server, caPath, user, namespace = 'default' } = options;
  const credentials =
    'token' in user
      ? { token: user.token }
      : {
          'client-certificate-data': await base64(user.keyPair.certificate),
          'client-key-data': await base64(user.keyPair.key),
        };
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'lab',
    clusters: [{ name: 'lab', cluster: { server, 'certificate-authority-data': await base64(caPath) } }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: user.name, namespace } }],
    users: [{ name: user.name, user: credentials }],
  };
  await writeFile(path, `${JSON.stringify(kubeconfig, undefined, 2)}\n`, { mode: 0o600 });
  return path;
}

async function base64(path: string): Promise<string> {
  const bytes = await readFile(path);
  return bytes.toString('base64');
}
