import { checkChanges, type PlannedApply } from './apply/check.ts';
import { applyChanges } from './apply/run.ts';
import { buildImage, resolveDigests } from './build/run.ts';
import { connect, type Cluster } from './connect.ts';
import { readInputs, type GivenInputs } from './inputs/read.ts';
import type { Manifest } from './kube/manifest.ts';
import { makePlan, type ClusterWish, type Plan, type RunnerFacts } from './plan/plan.ts';
import type { Ports } from './ports.ts';
import { pinImages } from './render/images.ts';
import { renderManifests } from './render/run.ts';
import { objectFacts, workloadFacts } from './report/facts.ts';
import type { Journal } from './report/journal.ts';
import { concludeError, concludeRollouts, type Outcome } from './report/outcome.ts';
import { seeRolloutsThrough } from './rollout/run.ts';
import { installBuildx } from './tools/buildx.ts';
import type { InstalledTool } from './tools/install.ts';
import type { ImageReference } from './values/image.ts';

/** Takes a commit to a verified rollout, and returns how it went whatever happens. */
export async function run(given: GivenInputs, facts: RunnerFacts, ports: Ports, journal: Journal): Promise<Outcome> {
  try {
    await deploy(makePlan(readInputs(given), facts), ports, journal);
    return concludeRollouts(journal.facts());
  } catch (error) {
    return concludeError(error, journal.facts());
  }
}

/** The phases. Nothing in the cluster changes before `Apply`, and everything that can be checked is checked before that. */
async function deploy(plan: Plan, ports: Ports, journal: Journal): Promise<void> {
  journal.add({ sha: plan.sha, images: expectedImages(plan) });
  const drafts = await journal.phase('Render', async () => render(plan, ports));
  const buildx = needsBuildx(plan)
    ? await journal.phase('Install buildx', async () => installBuilder(plan, ports, journal))
    : undefined;
  if (plan.cluster === undefined) {
    await publishImages(plan, buildx, ports, journal);
    return;
  }
  const { cluster: wish } = plan;
  const cluster = await journal.phase('Connect', async () => connectTo(wish, plan, ports, journal));
  try {
    const checked = await journal.phase('Check', async () =>
      check(drafts, expectedImages(plan), plan, cluster, journal),
    );
    const images = await publishImages(plan, buildx, ports, journal);
    const planned =
      images === undefined
        ? checked
        : await journal.phase('Pin', async () => check(drafts, images, plan, cluster, journal));
    journal.showPlanned(objectFacts(planned), workloadFacts(planned, []));
    const applied = await journal.phase('Apply', async () =>
      applyChanges(planned, { ...cluster, folder: plan.tools.folder, ports }),
    );
    journal.add({ objects: objectFacts(applied), workloads: workloadFacts(applied, []) });
    const outcomes = await journal.phase('Roll out', async () =>
      seeRolloutsThrough(applied.workloads, plan.rollout, { ...cluster, ports }),
    );
    journal.add({ workloads: workloadFacts(applied, outcomes) });
  } finally {
    await cluster.api.close();
  }
}

async function render(plan: Plan, ports: Ports): Promise<readonly Manifest[]> {
  const { manifests, unusedVars } = await renderManifests(plan.render, ports.files);
  for (const name of unusedVars) {
    ports.notify({ kind: 'warning', text: `vars: ${name} stands nowhere in the manifests as \${${name}}` });
  }
  const { replacements } = pinImages(manifests, imagesForManifests(manifests, expectedImages(plan)));
  for (const { file, line, object, container, before, after } of replacements) {
    ports.notify({ kind: 'note', text: `${file}:${line} ${object}, container ${container}: ${before} → ${after}` });
  }
  return manifests;
}

async function check(
  drafts: readonly Manifest[],
  images: readonly ImageReference[],
  plan: Plan,
  cluster: Cluster,
  journal: Journal,
): Promise<PlannedApply> {
  const { manifests } = pinImages(drafts, imagesForManifests(drafts, images));
  const scope = { plan: plan.apply, namespace: cluster.namespace, image: images.length === 1 ? images[0] : undefined };
  const planned = await checkChanges(manifests, scope, cluster.api, cluster.discover);
  journal.add({ images });
  journal.add({ objects: objectFacts(planned), workloads: workloadFacts(planned, []) });
  return planned;
}

function needsBuildx(plan: Plan): boolean {
  return plan.images.kind === 'build' || expectedImages(plan).some((image) => image.digest === undefined);
}

async function installBuilder(plan: Plan, ports: Ports, journal: Journal): Promise<InstalledTool> {
  const tool = await installBuildx(plan.tools, plan.pluginFolders, ports);
  journal.addTool(describeTool(tool));
  return tool;
}

async function connectTo(wish: ClusterWish, plan: Plan, ports: Ports, journal: Journal): Promise<Cluster> {
  const cluster = await connect(plan, wish, ports);
  journal.addTool(describeTool(cluster.tool));
  journal.addTool(
    `Kubernetes ${cluster.serverVersion} (context ${cluster.kubectl.context}, namespace ${cluster.namespace})`,
  );
  return cluster;
}

/** Builds, or asks the registry for digests; undefined when everything was pinned from the start. */
async function publishImages(
  plan: Plan,
  buildx: InstalledTool | undefined,
  ports: Ports,
  journal: Journal,
): Promise<readonly ImageReference[] | undefined> {
  if (buildx === undefined) {
    return undefined;
  }
  const { images } = plan;
  const isBuilt = images.kind === 'build';
  const published = isBuilt
    ? await journal.phase('Build', async () => [await buildImage(images.build, buildx.path, ports)])
    : await journal.phase('Resolve images', async () => resolveDigests(expectedImages(plan), buildx.path, ports));
  journal.add({ images: published, isBuilt });
  return published;
}

/** The images of this run as far as they are known before anything is built: without a digest where there is none yet. */
function expectedImages(plan: Plan): readonly ImageReference[] {
  switch (plan.images.kind) {
    case 'build':
      return [plan.images.build.image];
    case 'prebuilt':
      return plan.images.images;
    case 'none':
      return [];
  }
}

/** An image may also be for set-image alone, when there are no manifests. */
function imagesForManifests(
  manifests: readonly Manifest[],
  images: readonly ImageReference[],
): readonly ImageReference[] {
  return manifests.length === 0 ? [] : images;
}

function describeTool({ tool, version, source }: InstalledTool): string {
  return `${tool} ${version} (${source})`;
}
