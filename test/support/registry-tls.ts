import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../lab/command.ts';

export type PrivateCertificate = {
  /** PEM of the server, signed by the authority. */
  readonly certificate: string;
  readonly key: string;
  /** Who trusts this file trusts the server; nobody else does. */
  readonly authorityPath: string;
};

/**
 * A certificate for 127.0.0.1, localhost and `names`, from an authority that no machine knows. All files are written into `folder`.
 *
 * A client that takes loopback addresses for plain HTTP (buildkit, buildx) speaks TLS to them only when it is told so; under another
 * address of this machine it does so by itself.
 */
export async function privateCertificate(folder: string, names: readonly string[] = []): Promise<PrivateCertificate> {
  const [authorityPath, authorityKey] = [join(folder, 'authority.crt'), join(folder, 'authority.key')];
  const [certificatePath, keyPath] = [join(folder, 'registry.crt'), join(folder, 'registry.key')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const uses = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  const subjects = ['127.0.0.1', 'localhost', ...names].map((name) =>
    /^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`,
  );
  const self = ['openssl', 'req', '-x509', ...kind];
  await run([...self, '-subj', '/CN=private authority', ...uses, '-keyout', authorityKey, '-out', authorityPath]);
  const server = ['-addext', 'basicConstraints=CA:FALSE', '-addext', `subjectAltName=${subjects.join(',')}`];
  const signed = ['-CA', authorityPath, '-CAkey', authorityKey];
  await run([...self, ...signed, '-subj', '/CN=registry', ...server, '-keyout', keyPath, '-out', certificatePath]);
  return {
    certificate: await readFile(certificatePath, 'utf8'),
    key: await readFile(keyPath, 'utf8'),
    authorityPath,
  };
}
