import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import type { Addresses } from './addresses.ts';

export const NODE_NAME = 'lab-node';

export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Paths of PEM files. */
export interface Certificates {
  readonly ca: string;
  readonly serviceAccountKey: string;
  readonly apiServer: KeyPair;
  readonly kubeletServer: KeyPair;
  readonly kubeletClient: KeyPair;
  readonly admin: KeyPair;
  readonly node: KeyPair;
  readonly proxy: KeyPair;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'] as const;
const NEW_CERTIFICATE = ['openssl', 'req', '-x509', ...NEW_KEY] as const;

export async function createCertificates(folder: string, addresses: Addresses): Promise<Certificates> {
  await mkdir(folder, { mode: 0o700 });
  const ca = pairIn(folder, 'ca');
  const authority = ['-subj', '/CN=k8s-deploy-lab', '-addext', 'keyUsage=critical,digitalSignature,keyCertSign'];
  await run([...NEW_CERTIFICATE, ...authority, '-keyout', ca.key, '-out', ca.certificate]);
  const serviceAccountKey = join(folder, 'service-account.key');
  const signed = (name: string, subject: string, names: readonly string[] = []): Promise<KeyPair> =>
    sign(ca, pairIn(folder, name), subject, names);
  const [apiServer, kubeletServer, kubeletClient, admin, node, proxy] = await Promise.all([
    signed('api-server', '/CN=kube-apiserver', apiServerNames(addresses)),
    signed('kubelet-server', `/CN=${NODE_NAME}`, [`DNS:${NODE_NAME}`, `IP:${addresses.nodeIp}`]),
    signed('kubelet-client', '/O=system:masters/CN=kube-apiserver-kubelet-client'),
    signed('admin', '/O=system:masters/CN=kubernetes-admin'),
    signed('node', `/O=system:nodes/CN=system:node:${NODE_NAME}`),
    signed('proxy', '/CN=system:kube-proxy'),
    // In the older form of the file: the API server takes its public half from no other.
    run(['openssl', 'ecparam', '-genkey', '-noout', '-name', 'prime256v1', '-out', serviceAccountKey]),
  ]);
  return { ca: ca.certificate, serviceAccountKey, apiServer, kubeletServer, kubeletClient, admin, node, proxy };
}

async function sign(ca: KeyPair, pair: KeyPair, subject: string, names: readonly string[]): Promise<KeyPair> {
  const issuer = ['-CA', ca.certificate, '-CAkey', ca.key, '-subj', subject];
  const usage = ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'extendedKeyUsage=serverAuth,clientAuth'];
  const alternativeNames = names.length === 0 ? [] : ['-addext', `subjectAltName=${names.join(',')}`];
  const files = ['-keyout', pair.key, '-out', pair.certificate];
  await run([...NEW_CERTIFICATE, ...issuer, ...usage, ...alternativeNames, ...files]);
  return pair;
}

function pairIn(folder: string, name: string): KeyPair {
  return { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
}

function apiServerNames({ hostIp, apiServiceIp }: Addresses): readonly string[] {
  const hosts = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const addresses = ['127.0.0.1', hostIp, apiServiceIp];
  return [...hosts.map((host) => `DNS:${host}`), ...addresses.map((address) => `IP:${address}`)];
}
