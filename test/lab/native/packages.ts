import { existsSync } from 'node:fs';
import { run } from '../command.ts';
import type { Progress } from '../provider.ts';

/** Debian package → a file that shows it is installed. */
const PACKAGES: Readonly<Record<string, string>> = {
  containerd: '/usr/bin/containerd',
  runc: '/usr/sbin/runc',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  'docker-registry': '/usr/bin/docker-registry',
  iptables: '/usr/sbin/iptables',
  iproute2: '/usr/sbin/ip',
  'busybox-static': '/usr/bin/busybox',
  openssl: '/usr/bin/openssl',
  'ca-certificates': '/usr/sbin/update-ca-certificates',
};

export function missingPackages(): readonly string[] {
  return Object.entries(PACKAGES)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
}

export async function installPackages(progress: Progress): Promise<void> {
  const names = missingPackages();
  if (names.length === 0) return;
  progress(`installing Debian packages: ${names.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['apt-get', 'install', '--yes', '--no-install-recommends', ...names];
  await run(['apt-get', 'update'], { env });
  await run(install, { env });
}
