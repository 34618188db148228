import { bakeImages } from '../build/bake/run.ts';
import { buildByCommand } from '../build/command/run.ts';
import { buildImage, resolveDigests } from '../build/run.ts';
import { closeBuilder } from '../builder/close.ts';
import { openBuilder } from '../builder/open.ts';
import { findTestFiles } from '../gate/test-files.ts';
import type { ImagesPlan } from '../plan/images-slice.ts';
import type { Ports } from '../ports.ts';
import { buildLines } from '../report/builds.ts';
import type { Builder, Buildx } from '../values/builder.ts';
import type { BuiltImage } from '../values/built-image.ts';
import type { ImageReference } from '../values/image.ts';
import { passGates } from './gates.ts';
import type { Run } from './run.ts';
import { noteUnpushed } from './unpushed.ts';

/** Looks for the files of image tests, and gets buildx when the images of the run or their records need it, before a cluster is asked anything. */
export async function prepareToPublish(run: Run): Promise<void> {
  if (run.plan.withheld !== undefined) {
    return prepareToBuild(run);
  }
  const { environment, required } = run.plan.promotion;
  // A command may write its tests while it builds.
  if (run.plan.images.kind !== 'command') {
    await findTestFiles(run.expected, run.plan.gate, run.ports.files);
  }
  if (!isPinned(run) || environment !== undefined || required !== undefined) {
    await run.registry.buildx();
  }
}

/** What is not pushed passes no gate. */
async function prepareToBuild({ plan, registry }: Run): Promise<void> {
  if (plan.images.kind !== 'none') {
    await registry.buildx();
  }
}

/** Builds, or asks the registry for digests, and lets no image through that a gate refuses; undefined when everything was pinned from the start. */
export async function publishImages(run: Run): Promise<readonly ImageReference[] | undefined> {
  const { plan, journal, expected } = run;
  if (plan.withheld !== undefined) {
    await buildOnly(plan.images, run);
    return [];
  }
  const published = isPinned(run) ? undefined : await publish(plan.images, run);
  if (published !== undefined) {
    journal.add({ images: published });
  }
  await passGates(published ?? expected, run);
  return published;
}

async function publish(images: ImagesPlan, run: Run): Promise<readonly ImageReference[]> {
  const { journal, ports, registry } = run;
  const buildx = await registry.buildx();
  if (images.kind === 'prebuilt' || images.kind === 'none' || images.kind === 'skaffold') {
    return journal.phase('Resolve images', async () => resolveDigests(run.expected, buildx, ports));
  }
  return journal.phase('Build', async () => {
    const builds = await build(images, buildx, run);
    journal.add({ builds, isBuilt: true });
    buildLines(builds).forEach((text) => ports.notify({ kind: 'note', text }));
    return builds.map(({ image }) => image);
  });
}

/** What skaffold builds is built already. */
async function buildOnly(images: ImagesPlan, run: Run): Promise<void> {
  if (images.kind !== 'build' && images.kind !== 'bake' && images.kind !== 'command') {
    return;
  }
  const buildx = await run.registry.buildx();
  await run.journal.phase('Build', async () => noteUnpushed(await build(images, buildx, run), run));
}

type Buildable = Exclude<ImagesPlan, { readonly kind: 'prebuilt' | 'none' | 'skaffold' }>;

async function build(images: Buildable, buildx: Buildx, { plan, ports }: Run): Promise<readonly BuiltImage[]> {
  let opened: Promise<Builder> | undefined;
  const tool = withCluster(buildx, plan);
  const open = async (): Promise<Builder> => (opened ??= openBuilder(plan.builder, tool, ports));
  try {
    return await buildWith(images, open, buildx, ports);
  } finally {
    if (opened !== undefined) {
      await closeBuilder(plan.builder.folder, ports);
    }
  }
}

/** A build farm stands in the cluster that is deployed to; without one, where the job's own kubeconfig leads. */
function withCluster(buildx: Buildx, { builder, cluster }: Run['plan']): Buildx {
  return builder.wish.kind === 'kubernetes' && cluster !== undefined
    ? { ...buildx, env: { ...buildx.env, KUBECONFIG: cluster.kubeconfigPath } }
    : buildx;
}

async function buildWith(
  images: Buildable,
  open: () => Promise<Builder>,
  buildx: Buildx,
  ports: Ports,
): Promise<readonly BuiltImage[]> {
  switch (images.kind) {
    case 'build':
      return [await buildImage(images.build, open, buildx, ports)];
    case 'bake':
      return bakeImages(images.bake, open, buildx, ports);
    case 'command':
      return [await buildByCommand(images.command, buildx, ports)];
  }
}

/** For a plan: the images of the run, with the digests of those that are in the registry already, as far as it answers the runner. */
export async function imagesThatAreThere({
  registry,
  expected,
  ports,
  journal,
}: Run): Promise<readonly ImageReference[]> {
  if (expected.every(hasDigest)) {
    return expected;
  }
  return journal.phase('Look for images', async () => {
    const buildx = await registry.anyBuildx();
    if (buildx === undefined) {
      return expected;
    }
    const found = await Promise.all(
      expected.map(async (image) => resolveDigests([image], buildx, ports).catch(() => [image])),
    );
    return found.flat();
  });
}

function hasDigest({ digest }: ImageReference): boolean {
  return digest !== undefined;
}

function isPinned({ plan, expected }: Run): boolean {
  return plan.images.kind === 'none' || (plan.images.kind === 'prebuilt' && expected.every(hasDigest));
}
