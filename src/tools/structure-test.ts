import type { ToolsPlan } from '../plan/slices.ts';
import type { InstalledTool, InstallPorts } from './install.ts';
import { installPlainTool, plainVersion } from './plain-tool.ts';
import type { PreinstalledPorts } from './preinstalled.ts';
import { resolveStructureTest } from './resolve.ts';

/**
 * The container-structure-test for image tests. `auto` takes the one on PATH whatever its version is, for some of its releases do not know their own;
 * else the version that this action was written for.
 */
export async function installStructureTest(
  plan: ToolsPlan,
  ports: InstallPorts & PreinstalledPorts,
): Promise<InstalledTool> {
  const structureTest = {
    name: 'container-structure-test',
    version: resolveStructureTest(plan.structureTest.wish),
    versionArgs: ['version'],
    versionIn: plainVersion,
    isUsable: () => true,
    usable: 'of any version',
  } as const;
  return installPlainTool(structureTest, plan.structureTest, plan, ports);
}
