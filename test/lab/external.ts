import type { Lab, LabOptions, Provider } from './provider.ts';

/** Any cluster and registry, named by KUBECONFIG and REGISTRY in the environment; it is never started or stopped from here. */
export const external: Provider = {
  name: 'external',
  missing: () => Promise.resolve(REQUIRED.filter((name) => isUnset(name)).map((name) => `${name} in the environment`)),
  start: ({ name }: LabOptions) => Promise.resolve(labOf(name)),
  find: (name: string) => Promise.resolve(REQUIRED.some((variable) => isUnset(variable)) ? undefined : labOf(name)),
};

const REQUIRED = ['KUBECONFIG', 'REGISTRY'] as const;
const PASSED_ON = [...REQUIRED, 'BUILDX_BUILDER', 'BUILDX_CONFIG', 'KUBECTL_MIRROR', 'BUILDX_MIRROR', 'PATH'] as const;

function labOf(name: string): Lab {
  const env = Object.fromEntries(PASSED_ON.flatMap((key) => (isUnset(key) ? [] : [[key, process.env[key] ?? '']])));
  return {
    name,
    provider: 'external',
    env,
    fault: (words) => Promise.reject(new Error(`an external cluster has no fault "${words.join(' ')}"`)),
    fakeNodes: () => Promise.reject(new Error('an external cluster gets no fake nodes')),
    status: () => Promise.resolve([`cluster of ${env['KUBECONFIG'] ?? ''}, registry ${env['REGISTRY'] ?? ''}`]),
    stop: () => Promise.resolve(),
  };
}

function isUnset(name: string): boolean {
  return (process.env[name] ?? '') === '';
}
