import type { AccessWishes } from '../../../src/check/access-wishes.ts';

/** A deploy of nothing but its manifests. */
export const NO_WISHES: AccessWishes = {
  namespace: 'shop',
  createNamespace: false,
  setImage: [],
  restart: { kind: 'auto' },
  preDeploy: [],
  prune: undefined,
  jobPolicy: 'fail',
  smokeTests: [],
  onFailure: 'keep',
  onCancel: 'keep',
  references: false,
};
