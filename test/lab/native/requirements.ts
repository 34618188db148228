import { existsSync } from 'node:fs';
import { run } from '../command.ts';
import { isEverythingCompiled } from './compile.ts';
import { missingPackages } from './packages.ts';

const MINIMUM_GO = 26;

/** What keeps this machine from running the lab natively, in words. */
export async function missingRequirements(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [`Linux (this is ${process.platform})`];
  const missing: string[] = [];
  if (process.getuid?.() !== 0) missing.push('root');
  else if (!(await mayUnshare())) missing.push('the right to make namespaces (CAP_SYS_ADMIN)');
  const packages = missingPackages();
  if (packages.length > 0 && !existsSync('/usr/bin/apt-get'))
    missing.push(`${packages.join(', ')} (and no apt-get to install them)`);
  if (!(await hasGo()) && !(await isEverythingCompiled())) missing.push(`Go 1.${MINIMUM_GO} or newer`);
  return missing;
}

function mayUnshare(): Promise<boolean> {
  return run(['unshare', '--mount', '--pid', '--fork', 'true']).then(
    () => true,
    () => false,
  );
}

async function hasGo(): Promise<boolean> {
  const version = await run(['go', 'env', 'GOVERSION']).catch(() => '');
  const [, minor] = /^go1\.(\d+)/.exec(version) ?? [];
  return Number(minor) >= MINIMUM_GO;
}
