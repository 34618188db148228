import { textAt } from '../values/json.ts';
import type { ToolsPlan } from '../plan/slices.ts';
import { formatMinor, minorOf, withinOneMinor, type MinorVersion, type VersionWish } from '../values/version.ts';
import { installRelease, type InstalledTool, type InstallPorts } from './install.ts';
import { platformOf } from './platform.ts';
import { asInstalled, printedVersion, type Preinstalled, type PreinstalledPorts } from './preinstalled.ts';
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
 * Otherwise that version is installed. A server that is unknown counts as DEFAULT_KUBECTL_MINOR.
 */
export async function installKubectl(
  plan: ToolsPlan,
  server: MinorVersion | undefined,
  found: Preinstalled | undefined,
  ports: InstallPorts,
): Promise<InstalledTool> {
  const { wish, mirror } = plan.kubectl;
  const platform = platformOf(plan.platform, plan.arch);
  if (found !== undefined && fits(found.version, wish, server)) {
    warnOfSkew(found.version, server, ports);
    return asInstalled('kubectl', found);
  }
  const version = await resolveKubectl(plan, server, ports);
  if (found !== undefined) {
    const text = `kubectl ${found.version} on PATH is not what is needed: ${version} is installed`;
    ports.notify({ kind: 'note', text });
  }
  warnOfSkew(version, server, ports);
  const release = releaseOf('kubectl', version, platform, mirror);
  return installRelease(release, wish.kind === 'exact' ? wish.sha256 : undefined, plan, ports);
}

function fits(version: string, wish: VersionWish, server: MinorVersion | undefined): boolean {
  if (wish.kind === 'exact') {
    return version === wish.version && wish.sha256 === undefined;
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
