import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Addresses } from './addresses.ts';
import type { Binaries } from './compile.ts';
import type { DaemonCommand } from './daemon.ts';

export const CLUSTER_DOMAIN = 'cluster.local';

export interface DnsOptions {
  readonly folder: string;
  readonly binaries: Binaries;
  readonly addresses: Addresses;
  readonly kubeconfig: string;
}

/** The names of Services and nothing else: pods have no way out of the lab anyway. */
export async function configureDns({ folder, binaries, addresses, kubeconfig }: DnsOptions): Promise<DaemonCommand> {
  await mkdir(folder);
  const corefile = join(folder, 'Corefile');
  await writeFile(
    corefile,
    `.:53 {
  bind ${addresses.hostIp}
  errors
  kubernetes ${CLUSTER_DOMAIN} {
    kubeconfig ${kubeconfig}
    ttl 1
  }
}
`,
  );
  return { name: 'coredns', argv: [binaries.coredns, '-conf', corefile] };
}
