import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import type { Progress } from '../provider.ts';
import { cacheFolder } from './cache-folder.ts';

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

/** A folder with the files of Debian packages, for programs whose installation would change this machine (a daemon that starts itself). */
export async function unpackPackages(names: readonly string[], progress: Progress): Promise<string> {
  const folder = join(cacheFolder(), `unpacked-${names.join('-')}`);
  if (existsSync(folder)) return folder;
  progress(`unpacking Debian packages: ${names.join(' ')} (first time only)`);
  await mkdir(cacheFolder(), { recursive: true });
  const work = await mkdtemp(join(cacheFolder(), '.unpack-'));
  await run(['apt-get', 'update']);
  await run(['apt-get', 'download', ...names], { cwd: work });
  const files = await readdir(work);
  for (const file of files) await run(['dpkg', '-x', join(work, file), join(work, 'files')]);
  // Somebody else may have unpacked the same packages meanwhile; one of the two equal folders stays.
  await rename(join(work, 'files'), folder).catch(() => undefined);
  await rm(work, { recursive: true });
  return folder;
}
