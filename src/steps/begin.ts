import type { PlannedCleanup } from './prune.ts';
import type { Cluster } from '../connect.ts';
import type { Snapshot } from '../rollback/snapshot.ts';
import type { RegistryLookup } from '../rollout/registry.ts';
import type { ImageReference } from '../values/image.ts';
import { workOf, type Work } from './carry-out.ts';
import { check, pin } from './check.ts';
import { assertInOrder } from './in-order.ts';
import { claimNamespace } from './preview.ts';
import { imagesThatAreThere, prepareToPublish, publishImages } from './publish.ts';
import { needsClusterToRender, render } from './render.ts';
import { registryFor } from './roll-out.ts';
import type { Run } from './run.ts';
import { assertApproved, showChanges, showPlan } from './show-plan.ts';
import { takeSnapshot } from './snapshot.ts';

/** Everything that is known when the first change is due, and nothing of how it was found out: manifests are large. */
export type Begun = {
  readonly cluster: Cluster;
  readonly registry: RegistryLookup;
  readonly images: readonly ImageReference[];
  readonly work: Work;
  readonly cleanup: PlannedCleanup | undefined;
  readonly snapshot: Snapshot | undefined;
};

export type Beginning = {
  /** Connects with the first call. */
  readonly connect: () => Promise<Cluster>;
  /** What is published already, when this is not the first attempt. */
  readonly published: readonly ImageReference[] | undefined;
};

/**
 * Nothing in the cluster changes before everything that can be checked is checked, and the images are where the cluster finds them. What is
 * wrong in plain files is found before a cluster is asked.
 */
export async function begin({ connect, published }: Beginning, run: Run): Promise<Begun> {
  const early = (await needsClusterToRender(run)) ? await connect() : undefined;
  const drafts = await render(early, run);
  if (published === undefined) {
    await prepareToPublish(run);
  }
  const cluster = early ?? (await connect());
  await claimNamespace(cluster, run);
  const checked = await check(drafts, run.expected, cluster, run);
  await assertInOrder(checked, run);
  const images = published ?? (await publishImages(run));
  const planned = await pin(checked, drafts, images, cluster, run);
  showChanges(planned, run);
  assertApproved(planned, run);
  if (planned !== checked) {
    await assertInOrder(planned, run);
  }
  const snapshot = await takeSnapshot(planned, cluster, run);
  const deployed = images ?? run.expected;
  const work = workOf(planned, deployed, cluster, run);
  const { cleanup } = planned;
  return { cluster, registry: registryFor(run), images: deployed, work, cleanup, snapshot };
}

/** Changes nothing and builds nothing. */
export async function plan({ connect }: Beginning, run: Run): Promise<void> {
  const early = (await needsClusterToRender(run)) ? await connect() : undefined;
  const drafts = await render(early, run);
  const cluster = early ?? (await connect());
  await claimNamespace(cluster, run);
  const images = await imagesThatAreThere(run);
  await showPlan(await check(drafts, images, cluster, run), run);
}
