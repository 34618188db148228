import { connect, type Cluster } from '../connect.ts';
import { expectedImages } from '../plan/images.ts';
import type { ClusterWish } from '../plan/slices.ts';
import { installBuildx } from '../tools/buildx.ts';
import type { InstalledTool } from '../tools/install.ts';
import type { Run } from './run.ts';

/** buildx, when there is something to build or a digest to ask for. */
export async function installBuilder({ plan, ports, journal }: Run): Promise<InstalledTool | undefined> {
  const isAsked = expectedImages(plan.images).some((image) => image.digest === undefined);
  const isNeeded = plan.command.kind === 'deploy' && (plan.images.kind === 'build' || isAsked);
  if (!isNeeded) {
    return undefined;
  }
  return journal.phase('Install buildx', async () => {
    const tool = await installBuildx(plan.tools, plan.pluginFolders, ports);
    journal.addTool(describeTool(tool));
    return tool;
  });
}

export async function connectToCluster(wish: ClusterWish, { plan, ports, journal }: Run): Promise<Cluster> {
  return journal.phase('Connect', async () => {
    const cluster = await connect(plan, wish, ports);
    journal.addTool(describeTool(cluster.tool));
    const { context } = cluster.kubectl;
    journal.addTool(`Kubernetes ${cluster.serverVersion} (context ${context}, namespace ${cluster.namespace})`);
    return cluster;
  });
}

export function describeTool({ tool, version, source }: InstalledTool): string {
  return `${tool} ${version} (${source})`;
}
