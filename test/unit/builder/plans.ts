import type { BuilderPlan } from '../../../src/plan/build-slices.ts';
import type { Buildx } from '../../../src/values/builder.ts';

export const BUILDX: Buildx = { path: '/tools/buildx', env: { DOCKER_CONFIG: '/private/docker' } };

export const USERS = '/home/runner/.docker/buildx';
export const FOLDER = '/private/builder';

const PLAIN: BuilderPlan = {
  wish: { kind: 'auto' },
  options: [],
  image: undefined,
  config: undefined,
  registryCa: undefined,
  registries: ['ghcr.io'],
  isKept: false,
  runName: 'k8s-deploy-77-1',
  keptName: 'k8s-deploy-kept-runner',
  proxies: {},
  dockerHost: 'unix:///var/run/docker.sock',
  userFolder: USERS,
  folder: FOLDER,
  workspace: '/checkout',
};

/** A plan for the builder of a run in which nothing special is asked for, but what is given. */
export function planOf(given: Partial<BuilderPlan> = {}): BuilderPlan {
  return { ...PLAIN, ...given };
}
