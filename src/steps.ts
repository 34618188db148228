import { checkChanges, type PlannedApply } from './apply/check.ts';
import { applyChanges } from './apply/run.ts';
import { subjectsOf, type SubjectOfRun } from './apply/subjects.ts';
import { createImageLookup } from './build/lookup.ts';
import { buildImage, resolveDigests } from './build/run.ts';
import { connect, type Cluster } from './connect.ts';
import type { Manifest } from './kube/manifest.ts';
import { expectedImages, type ClusterWish, type Plan } from './plan/plan.ts';
import type { Ports } from './ports.ts';
import { pinImages } from './render/images.ts';
import { renderManifests } from './render/run.ts';
import { objectFacts, workloadFacts } from './report/facts.ts';
import type { Journal } from './report/journal.ts';
import { plannedRows, type PlannedRow } from './report/planned-rows.ts';
import { ROLLOUT_PHASE } from './report/timeline.ts';
import { seeRolloutsThrough } from './rollout/run.ts';
import { findBuildx, installBuildx } from './tools/buildx.ts';
import type { InstalledTool } from './tools/install.ts';
import type { ImageReference } from './values/image.ts';

/** The steps of a deploy: each gives its phase its slice of the plan, and the journal what the phase found out. */

export type Run = { readonly plan: Plan; readonly ports: Ports; readonly journal: Journal };

/** The manifests with their variables filled in. The images are put in later; that they fit is made sure now. */
export async function render({ plan, ports, journal }: Run): Promise<readonly Manifest[]> {
  journal.add({ sha: plan.sha, images: expectedImages(plan) });
  return journal.phase('Render', async () => {
    const { manifests, unusedVars } = await renderManifests(plan.render, ports.files);
    for (const name of unusedVars) {
      ports.notify({ kind: 'warning', text: `vars: ${name} stands nowhere in the manifests as \${${name}}` });
    }
    const { replacements } = pinImages(manifests, imagesFor(manifests, expectedImages(plan)));
    for (const { file, line, object, container, before, after } of replacements) {
      ports.notify({ kind: 'note', text: `${file}:${line} ${object}, container ${container}: ${before} → ${after}` });
    }
    return manifests;
  });
}

/** buildx, when there is something to build or a digest to ask for. */
export async function installBuilder({ plan, ports, journal }: Run): Promise<InstalledTool | undefined> {
  const isNeeded = plan.images.kind === 'build' || expectedImages(plan).some((image) => image.digest === undefined);
  if (!isNeeded) {
    return undefined;
  }
  return journal.phase('Install buildx', async () => {
    const tool = await installBuildx(plan.tools, plan.pluginFolders, ports);
    journal.addTool(describeTool(tool));
    return tool;
  });
}

export async function connectToCluster(wish: ClusterWish, { plan, ports, journal }: Run): Promise<Cluster> {
  return journal.phase('Connect', async () => {
    const cluster = await connect(plan, wish, ports);
    journal.addTool(describeTool(cluster.tool));
    const { context } = cluster.kubectl;
    journal.addTool(`Kubernetes ${cluster.serverVersion} (context ${context}, namespace ${cluster.namespace})`);
    return cluster;
  });
}

/** What the cluster says to the manifests, with the images as far as they are known before the build. */
export async function check(drafts: readonly Manifest[], cluster: Cluster, run: Run): Promise<PlannedApply> {
  return run.journal.phase('Check', async () => planChanges(drafts, expectedImages(run.plan), cluster, run));
}

/** Builds, or asks the registry for digests; undefined when everything was pinned from the start. */
export async function publishImages(
  buildx: InstalledTool | undefined,
  { plan, ports, journal }: Run,
): Promise<readonly ImageReference[] | undefined> {
  if (buildx === undefined) {
    return undefined;
  }
  const { images } = plan;
  const published =
    images.kind === 'build'
      ? await journal.phase('Build', async () => [await buildImage(images.build, buildx.path, ports)])
      : await journal.phase('Resolve images', async () => resolveDigests(expectedImages(plan), buildx.path, ports));
  journal.add({ images: published, isBuilt: images.kind === 'build' });
  return published;
}

/** The plan with the digests in it: what was checked before, unless the build brought new images. */
export async function pin(
  checked: PlannedApply,
  drafts: readonly Manifest[],
  images: readonly ImageReference[] | undefined,
  cluster: Cluster,
  run: Run,
): Promise<PlannedApply> {
  const planned =
    images === undefined
      ? checked
      : await run.journal.phase('Pin', async () => planChanges(drafts, images, cluster, run));
  run.journal.showPlanned(objectFacts(planned), workloadFacts(plannedRows(planned), []));
  return planned;
}

/** What is left to do once everything is applied: to see these through, and to tell of them. */
export type Applied = { readonly subjects: readonly SubjectOfRun[]; readonly rows: readonly PlannedRow[] };

export async function apply(planned: PlannedApply, cluster: Cluster, { plan, ports, journal }: Run): Promise<Applied> {
  const context = { ...cluster, folder: plan.tools.folder, ports };
  const applied = await journal.phase('Apply', async () => applyChanges(planned, context));
  const rows = plannedRows(applied);
  journal.add({ objects: objectFacts(applied), workloads: workloadFacts(rows, []) });
  return { subjects: subjectsOf(applied), rows };
}

/** The registry is asked, when it helps to know, through the buildx that the run or the runner has. */
export async function rollOut(
  { subjects, rows }: Applied,
  buildx: InstalledTool | undefined,
  cluster: Cluster,
  { plan, ports, journal }: Run,
): Promise<void> {
  const registry = createImageLookup(
    async () => buildx?.path ?? findBuildx(plan.tools, plan.pluginFolders, ports),
    ports,
  );
  const outcomes = await journal.phase(ROLLOUT_PHASE, async () =>
    seeRolloutsThrough(subjects, plan.rollout, { ...cluster, ports, registry }),
  );
  journal.add({ workloads: workloadFacts(rows, outcomes) });
}

async function planChanges(
  drafts: readonly Manifest[],
  images: readonly ImageReference[],
  cluster: Cluster,
  { plan, journal }: Run,
): Promise<PlannedApply> {
  const { manifests } = pinImages(drafts, imagesFor(drafts, images));
  const scope = { plan: plan.apply, namespace: cluster.namespace, image: images.length === 1 ? images[0] : undefined };
  const planned = await checkChanges(manifests, scope, cluster.api, cluster.discover);
  journal.add({ objects: objectFacts(planned), workloads: workloadFacts(plannedRows(planned), []) });
  return planned;
}

/** Without manifests an image is for set-image alone, and need not be found in any. */
function imagesFor(manifests: readonly Manifest[], images: readonly ImageReference[]): readonly ImageReference[] {
  return manifests.length === 0 ? [] : images;
}

function describeTool({ tool, version, source }: InstalledTool): string {
  return `${tool} ${version} (${source})`;
}
