import type { Lab } from '../lab/lab.ts';
import type { BrokenWorkload, Registries } from '../support/broken-workloads.ts';
import { makePlace } from './deploying.ts';

/** Nobody waits longer for it: it would be ten minutes and more for most. */
export const KUBECTL_SECONDS = 60;

/** How long kubectl takes to say that each of these is broken: "4.2", "> 60", or "says success". All at the same time. */
export async function secondsOfKubectl(
  lab: Lab,
  workloads: readonly BrokenWorkload[],
  registries: Registries,
): Promise<readonly string[]> {
  return Promise.all(workloads.map(async (broken, index) => secondsOf(lab, broken, registries, index)));
}

async function secondsOf(lab: Lab, broken: BrokenWorkload, registries: Registries, index: number): Promise<string> {
  const manifest = broken.manifest(registries);
  const place = await makePlace(lab, `kubectl-${process.pid}-${index}`, { ...broken.namespace, manifest });
  const started = performance.now();
  try {
    const name = (await place.cluster.kubectl(['apply', `--filename=${place.file}`, '--output=name'])).trim();
    await place.cluster.kubectl(['rollout', 'status', name, `--timeout=${KUBECTL_SECONDS}s`]);
    return 'says success';
  } catch (error) {
    if (String(error).includes('timed out waiting for the condition')) {
      return `> ${KUBECTL_SECONDS}`;
    }
    return ((performance.now() - started) / 1000).toFixed(1);
  } finally {
    await place.close();
  }
}
