import { isAbsolute, join } from 'node:path';
import type { Inputs } from '../inputs/spec.ts';
import type { ImageReference } from '../values/image.ts';
import type { RunnerFacts } from './runner-facts.ts';
import type { ImagesPlan } from './slices.ts';

/** What is built, or what was built already. */
export function imagesPlan(inputs: Inputs, facts: RunnerFacts, sha: string): ImagesPlan {
  const { image, context, file } = inputs;
  if (image !== undefined && (context !== undefined || file !== undefined)) {
    return {
      kind: 'build',
      build: {
        image: { ...image, tag: sha },
        context: inWorkspace(context ?? '.', facts),
        file: file === undefined ? undefined : inWorkspace(file, facts),
        target: inputs.target,
        buildArgs: inputs.buildArgs,
        cacheFrom: inputs.cacheFrom,
        cacheTo: inputs.cacheTo,
        builder: inputs.builder,
        sha,
        folder: facts.folder,
      },
    };
  }
  return inputs.images.length > 0
    ? { kind: 'prebuilt', images: inputs.images.map((one) => withTag(one, sha)) }
    : { kind: 'none' };
}

/** The images of the run as far as they are known before anything is built: without a digest where there is none yet. */
export function expectedImages(images: ImagesPlan): readonly ImageReference[] {
  switch (images.kind) {
    case 'build':
      return [images.build.image];
    case 'prebuilt':
      return images.images;
    case 'none':
      return [];
  }
}

/** An image named by repository alone is the one of this commit. */
function withTag(image: ImageReference, sha: string): ImageReference {
  return image.tag === undefined && image.digest === undefined ? { ...image, tag: sha } : image;
}

function inWorkspace(path: string, facts: RunnerFacts): string {
  return isAbsolute(path) ? path : join(facts.workspace, path);
}
