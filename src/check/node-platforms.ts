import type { KubeApi } from '../kube/api.ts';
import { listAll } from '../kube/collection-list.ts';
import { textAt } from '../values/json.ts';

/** The platforms of all nodes, as "linux/amd64", each once and sorted; undefined where nodes may not be listed, or cannot be now. Only their labels travel. */
export async function readNodePlatforms(api: KubeApi): Promise<readonly string[] | undefined> {
  const listed = await listAll({ path: '/api/v1/nodes', isMetadataOnly: true }, api);
  if (listed.kind !== 'listed') {
    return undefined;
  }
  const platforms = listed.objects.flatMap((node) => {
    const os = textAt(node, 'metadata', 'labels', 'kubernetes.io/os');
    const arch = textAt(node, 'metadata', 'labels', 'kubernetes.io/arch');
    return os === undefined || arch === undefined ? [] : [`${os}/${arch}`];
  });
  return [...new Set(platforms)].toSorted();
}
