import { join } from 'node:path';
import { DeployError } from '../errors.ts';
import type { LoginPlan } from '../plan/login-slice.ts';
import type { Ports } from '../ports.ts';

const PEM = /-----BEGIN CERTIFICATE-----/;

/** Where Linux distributions keep certificates (Go, crypto/x509, root_linux.go). */
const USUAL_FOLDERS = '/etc/ssl/certs:/etc/pki/tls/certs';

const HINT = 'Give the certificate of the authority itself in PEM, or the path of a file with it in the workspace.';

/**
 * Makes commands that speak to registries trust an authority beside those that the machine trusts. Programs in Go, such as buildx, read each file of
 * the folders in SSL_CERT_DIR in addition to the machine's bundle; on macOS and Windows they ask the system alone. Throws `input-invalid`.
 */
export async function trustAuthority(
  { registryCa, certificateFolders, folder }: LoginPlan,
  { files }: Pick<Ports, 'files'>,
): Promise<Readonly<Record<string, string>>> {
  if (registryCa === undefined) {
    return {};
  }
  const text = PEM.test(registryCa) ? registryCa : await textOf(registryCa, files);
  if (!PEM.test(text)) {
    throw new DeployError('input-invalid', 'registry-ca: has no certificate in it', { hint: HINT });
  }
  const ours = join(folder, 'authorities');
  await files.writePrivate(join(ours, 'registry-ca.pem'), `${text.trim()}\n`);
  const others = certificateFolders === undefined || certificateFolders === '' ? USUAL_FOLDERS : certificateFolders;
  return { SSL_CERT_DIR: `${ours}:${others}` };
}

async function textOf(path: string, files: Pick<Ports['files'], 'kindOf' | 'readText'>): Promise<string> {
  if ((await files.kindOf(path)) !== 'file') {
    throw new DeployError('input-invalid', `registry-ca: there is no file ${path}`, { hint: HINT });
  }
  return files.readText(path);
}
