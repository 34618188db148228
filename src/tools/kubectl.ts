import { textAt } from '../values/json.ts';
import type { ToolPlan, ToolsPlan } from '../plan/slices.ts';
import { formatMinor, minorOf, withinOneMinor, type MinorVersion, type VersionWish } from '../values/version.ts';
import { newestInCache, onlyFromCache, type Sought } from './from-cache.ts';
import { installRelease, type InstalledTool, type InstallPorts } from './install.ts';
import { platformOf } from './platform.ts';
import {
  asInstalled,
  noteUnchecked,
  printedVersion,
  type Preinstalled,
  type PreinstalledPorts,
} from './preinstalled.ts';
import { releaseOf } from './releases.ts';
import { DEFAULT_KUBECTL_MINOR, resolveKubectl } from './resolve.ts';

/** The kubectl on PATH, if it runs and says its version. */
export async function preinstalledKubectl(ports: PreinstalledPorts): Promise<Preinstalled | undefined> {
  const path = await ports.toolCache.onPath('kubectl');
  if (path === undefined) {
    return undefined;
  }
  const printed = await printedVersion(path, ['version', '--client', '-o', 'json'], ports.exec);
  const version = printed === undefined ? undefined : clientVersionOf(printed);
  return version === undefined ? undefined : { path, version };
}

/**
 * The kubectl for this deploy. The one on PATH (`found`) is used when it fits the wish: `auto` within one minor of the server (Kubernetes' own rule:
 * kubernetes.io/releases/version-skew-policy), a minor of that minor, an exact version that very version, unless its sha256 is asked for too.
 * Otherwise that version is installed; where nothing may be downloaded, the newest that fits is taken from the tool cache. A server that is
 * unknown counts as DEFAULT_KUBECTL_MINOR.
 */
export async function installKubectl(
  plan: ToolsPlan,
  server: MinorVersion | undefined,
  found: Preinstalled | undefined,
  ports: InstallPorts,
): Promise<InstalledTool> {
  const { wish, mirror } = plan.kubectl;
  const platform = platformOf(plan.platform, plan.arch);
  if (found !== undefined && isTaken(found.version, wish, server)) {
    warnOfSkew(found.version, server, ports);
    noteUnchecked('kubectl', found, plan, ports);
    return asInstalled('kubectl', found);
  }
  if (plan.isPreinstalledOnly) {
    const installed = await onlyFromCache(sought(plan.kubectl, server), plan, ports);
    warnOfSkew(installed.version, server, ports);
    return installed;
  }
  const version = await resolveKubectl(plan, server, newestCached(plan, ports), ports);
  if (found !== undefined) {
    const text = `kubectl ${found.version} on PATH is not what is needed: ${version} is installed`;
    ports.notify({ kind: 'note', text });
  }
  warnOfSkew(version, server, ports);
  const release = releaseOf('kubectl', version, platform, mirror);
  return installRelease(release, wish.kind === 'exact' ? wish.sha256 : undefined, plan, ports);
}

/** The one on PATH: nobody knows its sum. */
function isTaken(version: string, wish: VersionWish, server: MinorVersion | undefined): boolean {
  const isVouchedFor = wish.kind === 'exact' && wish.sha256 !== undefined;
  return !isVouchedFor && fits(version, wish, server);
}

function sought(plan: ToolPlan, server: MinorVersion | undefined): Sought {
  return {
    tool: 'kubectl',
    plan,
    wanted: wantedWords(plan.wish, server),
    fits: (version) => fits(version, plan.wish, server),
  };
}

/** What a site that does not answer is replaced by. */
function newestCached(plan: ToolsPlan, ports: InstallPorts) {
  return async (minor: MinorVersion): Promise<string | undefined> => {
    const ofMinor = { ...plan.kubectl, wish: { kind: 'minor', minor } } as const;
    return (await newestInCache(sought(ofMinor, undefined), plan, ports))?.version;
  };
}

function wantedWords(wish: VersionWish, server: MinorVersion | undefined): string {
  if (wish.kind === 'exact') {
    return wish.version;
  }
  return wish.kind === 'minor'
    ? formatMinor(wish.minor)
    : `within one minor of ${formatMinor(server ?? DEFAULT_KUBECTL_MINOR)}`;
}

function fits(version: string, wish: VersionWish, server: MinorVersion | undefined): boolean {
  if (wish.kind === 'exact') {
    return version === wish.version;
  }
  const minor = minorOf(version);
  if (minor === undefined) {
    return false;
  }
  return wish.kind === 'minor'
    ? formatMinor(minor) === formatMinor(wish.minor)
    : withinOneMinor(minor, server ?? DEFAULT_KUBECTL_MINOR);
}

/** The user's choice is respected, but said aloud: most commands work across a wider gap, and the ones that do not fail strangely. */
function warnOfSkew(version: string, server: MinorVersion | undefined, ports: InstallPorts): void {
  const minor = minorOf(version);
  if (minor !== undefined && server !== undefined && !withinOneMinor(minor, server)) {
    const text = `kubectl ${version} is more than one minor away from the server's ${formatMinor(server)}, which Kubernetes does not support`;
    ports.notify({ kind: 'warning', text });
  }
}

/** "v1.32.4-gke.1" out of what `kubectl version --client -o json` prints. */
function clientVersionOf(printed: string): string | undefined {
  try {
    return textAt(JSON.parse(printed), 'clientVersion', 'gitVersion');
  } catch {
    return undefined;
  }
}
