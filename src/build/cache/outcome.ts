import { DeployError, messageOf } from '../../errors.ts';
import type { BuildPlan } from '../../plan/build-slices.ts';
import type { Ports } from '../../ports.ts';
import type { Buildx } from '../../values/builder.ts';
import type { CacheUse } from '../../values/built-image.ts';
import type { ImageReference } from '../../values/image.ts';
import { giveReferences } from '../extra-tags.ts';
import { inShort } from '../../registry/answers.ts';
import type { BuildProgress } from '../progress.ts';

/** How much came from the cache. A cache that was not written is told here, for it makes the next build slow and this one no worse. */
export function cacheUseOf(
  { use, exportError, importErrors }: BuildProgress,
  { noCache, cache }: BuildPlan,
  { notify }: Pick<Ports, 'notify'>,
): CacheUse {
  for (const error of importErrors) {
    notify({ kind: 'warning', text: `A cache was not read, so this build was slower: ${error}` });
  }
  if (exportError !== undefined) {
    notify({
      kind: 'warning',
      text: `The cache was not written, so the next build will be slower: ${inShort(exportError)}`,
    });
  }
  if (use.firstMiss === undefined || use.because !== undefined) {
    return use;
  }
  if (noCache) {
    return { ...use, because: 'the build was told to use no cache' };
  }
  return cache.kind === 'off' ? { ...use, because: 'the cache is off' } : use;
}

/** An inline cache is found by the name of the cache: the image is given that too. Never a failure, save when the run is cancelled. */
export async function keepInlineCache(
  image: ImageReference,
  references: readonly string[],
  buildx: Buildx,
  ports: Pick<Ports, 'exec' | 'clock' | 'notify' | 'assertNotCancelled'>,
): Promise<void> {
  if (image.digest === undefined || references.length === 0) {
    return;
  }
  try {
    await giveReferences(image, image.digest, references, buildx, ports);
  } catch (error) {
    if (error instanceof DeployError && error.code === 'cancelled') {
      throw error;
    }
    ports.notify({
      kind: 'warning',
      text: `The cache was not written, so the next build will be slower: ${messageOf(error)}`,
    });
  }
}
