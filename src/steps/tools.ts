import { connect, type Cluster } from '../connect.ts';
import type { ClusterWish } from '../plan/slices.ts';
import type { InstalledTool } from '../tools/install.ts';
import type { Run } from './run.ts';

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
