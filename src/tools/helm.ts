import type { ToolsPlan } from '../plan/slices.ts';
import { minorOf, type VersionWish } from '../values/version.ts';
import { installRelease, type InstalledTool, type InstallPorts } from './install.ts';
import { platformOf } from './platform.ts';
import { asInstalled, printedVersion, type Preinstalled, type PreinstalledPorts } from './preinstalled.ts';
import { releaseOf } from './releases.ts';
import { resolveHelm } from './resolve.ts';

/** From 3.8 on charts come out of OCI registries without an experimental switch. */
const OLDEST_USABLE_MINOR = 8;

/** Both render charts in the same way; what a later one does, nobody knows yet. */
const USABLE_MAJORS: readonly number[] = [3, 4];

/**
 * The helm for charts. `auto` takes the one on PATH when it is v3.8 or newer, or v4, else the version that this action was tested with; an exact
 * version is taken from PATH when it is that very version and no sha256 is asked for, else it is installed. A sha256 is that of the archive.
 */
export async function installHelm(plan: ToolsPlan, ports: InstallPorts & PreinstalledPorts): Promise<InstalledTool> {
  const { wish, mirror } = plan.helm;
  const platform = platformOf(plan.platform, plan.arch);
  const version = resolveHelm(wish);
  const found = await preinstalledHelm(ports);
  if (found !== undefined && fits(found.version, wish)) {
    return asInstalled('helm', found);
  }
  if (found !== undefined) {
    const text = `helm ${found.version} on PATH is not what is needed: ${version} is`;
    ports.notify({ kind: 'note', text });
  }
  const release = releaseOf('helm', version, platform, mirror);
  return installRelease(release, wish.kind === 'exact' ? wish.sha256 : undefined, plan, ports);
}

async function preinstalledHelm(ports: PreinstalledPorts): Promise<Preinstalled | undefined> {
  const path = await ports.toolCache.onPath('helm');
  if (path === undefined) {
    return undefined;
  }
  const printed = await printedVersion(path, ['version', '--template={{.Version}}'], ports.exec);
  // What is behind a + is who built it; distributions leave the v out.
  const version = /^v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?:\+\S*)?$/.exec(printed?.trim() ?? '')?.[1];
  return version === undefined ? undefined : { path, version: `v${version}` };
}

function fits(version: string, wish: VersionWish): boolean {
  if (wish.kind === 'exact') {
    return version === wish.version && wish.sha256 === undefined;
  }
  const minor = minorOf(version);
  return (
    minor !== undefined &&
    USABLE_MAJORS.includes(minor.major) &&
    (minor.major > 3 || minor.minor >= OLDEST_USABLE_MINOR)
  );
}
