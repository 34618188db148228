import type { ToolsPlan } from '../plan/slices.ts';
import { minorOf } from '../values/version.ts';
import type { InstalledTool, InstallPorts } from './install.ts';
import { installPlainTool } from './plain-tool.ts';
import type { PreinstalledPorts } from './preinstalled.ts';
import { resolveHelm } from './resolve.ts';

/** From 3.8 on charts come out of OCI registries without an experimental switch. */
const OLDEST_USABLE_MINOR = 8;

/** Both render charts in the same way; what a later one does, nobody knows yet. */
const USABLE_MAJORS: readonly number[] = [3, 4];

/**
 * The helm for charts. `auto` takes the one on PATH when it is v3.8 or newer, or v4, else the version that this action was tested with. A sha256 is
 * that of the archive.
 */
export async function installHelm(plan: ToolsPlan, ports: InstallPorts & PreinstalledPorts): Promise<InstalledTool> {
  const helm = {
    name: 'helm',
    version: resolveHelm(plan.helm.wish),
    versionArgs: ['version', '--template={{.Version}}'],
    versionIn: helmVersion,
    isUsable,
    usable: `v3.${OLDEST_USABLE_MINOR}.0 or newer`,
  } as const;
  return installPlainTool(helm, plan.helm, plan, ports);
}

/** What is behind a + is who built it; distributions leave the v out. */
function helmVersion(printed: string): string | undefined {
  const version = /^v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?:\+\S*)?$/.exec(printed)?.[1];
  return version === undefined ? undefined : `v${version}`;
}

function isUsable(version: string | undefined): boolean {
  const minor = version === undefined ? undefined : minorOf(version);
  return (
    minor !== undefined &&
    USABLE_MAJORS.includes(minor.major) &&
    (minor.major > 3 || minor.minor >= OLDEST_USABLE_MINOR)
  );
}
