import type { ToolPlan, ToolsPlan } from '../plan/slices.ts';
import { cachedRelease, type InstalledTool, type InstallPorts } from './install.ts';
import { notOnRunner, versionsInCache } from './on-runner.ts';
import { platformOf } from './platform.ts';
import { releaseOf, type ToolName } from './releases.ts';

/** What is looked for in the tool cache. */
export type Sought = {
  readonly tool: ToolName;
  readonly plan: ToolPlan;
  /** What the version has to be, in words: "v1.34.4", "within one minor of 1.34". */
  readonly wanted: string;
  readonly fits: (version: string) => boolean;
};

/** The newest version in the tool cache that fits and whose bytes are the right ones. */
export async function newestInCache(
  { tool, plan: { wish, mirror }, fits }: Sought,
  plan: ToolsPlan,
  ports: InstallPorts,
): Promise<InstalledTool | undefined> {
  const platform = platformOf(plan.platform, plan.arch);
  for (const version of await versionsInCache(tool, platform, fits, ports)) {
    const userSum = wish.kind === 'exact' ? wish.sha256 : undefined;
    const found = await cachedRelease(releaseOf(tool, version, platform, mirror), userSum, plan, ports);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** The same, where nothing may be downloaded: throws `tool-unavailable`, which says where was looked. */
export async function onlyFromCache(sought: Sought, plan: ToolsPlan, ports: InstallPorts): Promise<InstalledTool> {
  const found = await newestInCache(sought, plan, ports);
  if (found === undefined) {
    throw await notOnRunner(sought.tool, sought.wanted, platformOf(plan.platform, plan.arch), ports);
  }
  return found;
}
