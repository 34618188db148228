import { buildImage, resolveDigests } from '../build/run.ts';
import { expectedImages } from '../plan/images.ts';
import { findBuildx } from '../tools/buildx.ts';
import type { InstalledTool } from '../tools/install.ts';
import type { ImageReference } from '../values/image.ts';
import type { Run } from './run.ts';

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
      : await journal.phase('Resolve images', async () => resolveDigests(expectedImages(images), buildx.path, ports));
  journal.add({ images: published, isBuilt: images.kind === 'build' });
  return published;
}

/** For a plan: the images of the run, with the digests of those that are in the registry already, as far as it answers the runner. */
export async function imagesThatAreThere({ plan, ports, journal }: Run): Promise<readonly ImageReference[]> {
  const expected = expectedImages(plan.images);
  if (expected.every(({ digest }) => digest !== undefined)) {
    return expected;
  }
  return journal.phase('Look for images', async () => {
    const buildx = await findBuildx(plan.tools, plan.pluginFolders, ports);
    if (buildx === undefined) {
      return expected;
    }
    const found = await Promise.all(
      expected.map(async (image) => resolveDigests([image], buildx, ports).catch(() => [image])),
    );
    return found.flat();
  });
}
