import type { Lab } from '../../test/lab/lab.ts';
import { kubectl } from './kubectl.ts';
import { line } from './say.ts';
import { NAMESPACE } from './world.ts';

/** The demo begins without a shop; what an earlier demo left in its own cluster goes away. */
export async function removeLeftovers(lab: Lab): Promise<void> {
  const found = await kubectl(lab, 'get', 'namespace', NAMESPACE, '--ignore-not-found', '--output=name');
  if (found === '') return;
  if (lab.provider === 'external') {
    throw new Error(
      `the cluster has a namespace "${NAMESPACE}", perhaps not the demo's: kubectl delete namespace shop`,
    );
  }
  line(`The shop of an earlier demo is removed: kubectl delete namespace ${NAMESPACE}`);
  await kubectl(lab, 'delete', 'namespace', NAMESPACE, '--wait');
}
