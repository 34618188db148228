import type { ToolPlan, ToolsPlan } from '../plan/slices.ts';
import { onlyFromCache } from './from-cache.ts';
import { installRelease, type InstalledTool, type InstallPorts } from './install.ts';
import { platformOf } from './platform.ts';
import { asInstalled, printedVersion, type PreinstalledPorts } from './preinstalled.ts';
import { releaseOf, type ToolName } from './releases.ts';

/** A tool of one file that is found on PATH by its name. */
export type PlainTool = {
  readonly name: ToolName;
  /** The version that is installed where it has to be. */
  readonly version: string;
  /** Arguments that make it print its version. */
  readonly versionArgs: readonly string[];
  /** The version in what it printed, "v2.16.1"; undefined when it does not say one. */
  readonly versionIn: (printed: string) => string | undefined;
  /** Whether `auto` takes a version; undefined: one that does not say which it is. */
  readonly isUsable: (version: string | undefined) => boolean;
  /** The usable ones, in words: "v2.0.0 or newer". */
  readonly usable: string;
};

/**
 * `auto` takes the one on PATH when it is usable; an exact version is taken from there when it is that very version and no sha256 is asked for;
 * else the release is installed. Where nothing may be downloaded, the tool cache has to have it.
 */
export async function installPlainTool(
  tool: PlainTool,
  { wish, mirror }: ToolPlan,
  plan: ToolsPlan,
  ports: InstallPorts & PreinstalledPorts,
): Promise<InstalledTool> {
  const { name, version, isUsable } = tool;
  const fits = (found: string | undefined): boolean =>
    wish.kind === 'exact' ? found === wish.version : isUsable(found);
  const path = await ports.toolCache.onPath(name);
  const printed = path === undefined ? undefined : await printedVersion(path, tool.versionArgs, ports.exec);
  if (path !== undefined && printed !== undefined) {
    const found = tool.versionIn(printed.trim());
    const isVouchedFor = wish.kind === 'exact' && wish.sha256 !== undefined;
    if (!isVouchedFor && fits(found)) {
      return asInstalled(name, { path, version: found ?? 'of the runner' });
    }
    const text = `${name} ${found ?? 'of an unknown version'} on PATH is not what is needed: ${version} is`;
    ports.notify({ kind: 'note', text });
  }
  if (plan.isPreinstalledOnly) {
    const wanted = wish.kind === 'exact' ? wish.version : tool.usable;
    return onlyFromCache({ tool: name, plan: { wish, mirror }, wanted, fits }, plan, ports);
  }
  const release = releaseOf(name, version, platformOf(plan.platform, plan.arch), mirror);
  return installRelease(release, wish.kind === 'exact' ? wish.sha256 : undefined, plan, ports);
}

/** A version that is all that was printed, with or without a v. */
export function plainVersion(printed: string): string | undefined {
  const version = /^v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/.exec(printed)?.[1];
  return version === undefined ? undefined : `v${version}`;
}
