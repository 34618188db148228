import type { ToolsPlan } from '../plan/slices.ts';
import { minorOf } from '../values/version.ts';
import type { InstalledTool, InstallPorts } from './install.ts';
import { installPlainTool, plainVersion } from './plain-tool.ts';
import type { PreinstalledPorts } from './preinstalled.ts';
import { resolveSkaffold } from './resolve.ts';

/** From v2 on rendering and deploying are two things; what a v3 will do, nobody knows yet. */
const USABLE_MAJOR = 2;

/** The skaffold for a skaffold.yaml. `auto` takes a v2 that is on PATH, else the version that this action was tested with. */
export async function installSkaffold(
  plan: ToolsPlan,
  ports: InstallPorts & PreinstalledPorts,
): Promise<InstalledTool> {
  const skaffold = {
    name: 'skaffold',
    version: resolveSkaffold(plan.skaffold.wish),
    versionArgs: ['version'],
    versionIn: plainVersion,
    isUsable: (version: string | undefined) => version !== undefined && minorOf(version)?.major === USABLE_MAJOR,
    usable: 'v2.0.0 or newer',
  } as const;
  return installPlainTool(skaffold, plan.skaffold, plan, ports);
}
