import { join } from 'node:path';
import type { Inputs } from '../inputs/spec.ts';
import type { RunnerFacts } from './runner-facts.ts';
import type { ClusterWish } from './slices.ts';

/** Undefined when nothing has to do with a cluster. `namespace`: that of a preview, which comes before the input. */
export function clusterWish(
  inputs: Inputs,
  facts: RunnerFacts,
  namespace: string | undefined,
): ClusterWish | undefined {
  const { manifests, setImage, skaffoldFile, command } = inputs;
  const isRemoval = command === 'destroy' || command === 'sweep';
  const hasWork = isRemoval || manifests.length > 0 || setImage.length > 0 || skaffoldFile !== undefined;
  return inputs.kubeconfig === undefined || !hasWork
    ? undefined
    : {
        kubeconfig: inputs.kubeconfig,
        context: inputs.kubeContext,
        namespace: namespace ?? inputs.namespace,
        expected: inputs.expectCluster,
        kubeconfigPath: join(facts.folder, 'kubeconfig'),
        socketPath: join(facts.folder, 'api.sock'),
      };
}
