import type { Manifest } from '../kube/manifest.ts';
import type { Plan } from '../plan/plan.ts';
import { expectedImages } from '../plan/images.ts';
import type { Ports } from '../ports.ts';
import { previewManifests } from '../preview/manifests.ts';
import type { Journal } from '../report/journal.ts';
import type { ImageReference } from '../values/image.ts';
import { registryAccess, type RegistryAccess } from './registry-access.ts';

/** The steps of a deploy: each gives its phase its slice of the plan, and the journal what the phase found out. */
export type Run = {
  readonly plan: Plan;
  readonly ports: Ports;
  readonly journal: Journal;
  readonly registry: RegistryAccess;
  /** The images of the run as far as they are known before anything is built: without a digest where there is none yet. */
  readonly expected: readonly ImageReference[];
  /** What is deployed beside the manifests: the namespace of a preview and its guards. The same for the whole run, which has one time. */
  readonly own: readonly Manifest[];
};

export function newRun(plan: Plan, ports: Ports, journal: Journal): Run {
  return {
    plan,
    ports,
    journal,
    registry: registryAccess(plan, ports, journal),
    expected: expectedImages(plan.images),
    own: plan.preview === undefined ? [] : previewManifests(plan.preview, ports.clock.now()),
  };
}
