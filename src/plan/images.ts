import { knownSecrets } from '../inputs/known-secrets.ts';
import type { Inputs } from '../inputs/spec.ts';
import { repositoryOf, type ImageReference } from '../values/image.ts';
import type { BuildSettings, SkaffoldPlan } from './build-slices.ts';
import { cachePlan, readOnly } from './cache.ts';
import type { Naming } from './naming.ts';
import { inWorkspace } from './paths.ts';
import type { RunnerFacts } from './runner-facts.ts';
import type { ImagesPlan } from './images-slice.ts';
import type { CheckoutPlan } from './checkout-slice.ts';

/** What is built, or what was built already. */
export function imagesPlan(inputs: Inputs, facts: RunnerFacts, sha: string, naming: Naming): ImagesPlan {
  const { image, context, file, bakeFiles, buildCommand, skaffoldFile, images } = inputs;
  const { workspace } = facts;
  const absolute = (path: string): string => inWorkspace(path, workspace);
  const settings = buildSettings(inputs, facts, sha, naming);
  if (skaffoldFile !== undefined) {
    return { kind: 'skaffold', skaffold: skaffoldPlan(absolute(skaffoldFile), inputs, facts, sha) };
  }
  if (bakeFiles.length > 0) {
    const bake = { ...settings, files: bakeFiles.map(absolute), targets: inputs.bakeTargets, image, tag: naming.tag };
    return { kind: 'bake', bake, forbidden: knownSecrets(inputs, facts.variable) };
  }
  if (image !== undefined && buildCommand !== undefined) {
    const tagged = { ...image, tag: naming.tag };
    return { kind: 'command', command: { ...settings, image: tagged, command: buildCommand, context: workspace } };
  }
  if (image !== undefined && (context !== undefined || file !== undefined)) {
    return {
      kind: 'build',
      build: {
        ...settings,
        image: { ...image, tag: naming.tag },
        context: absolute(context ?? '.'),
        file: file === undefined ? undefined : absolute(file),
        target: inputs.target,
        buildContexts: inputs.buildContexts,
        cacheStages: inputs.cacheStages,
      },
    };
  }
  return images.length > 0 ? { kind: 'prebuilt', images: images.map((one) => withTag(one, sha)) } : { kind: 'none' };
}

/** The images of the run as far as they are known before anything is built: without a digest where there is none yet. */
export function expectedImages(images: ImagesPlan): readonly ImageReference[] {
  switch (images.kind) {
    case 'build':
      return [images.build.image];
    case 'command':
      return [images.command.image];
    case 'prebuilt':
      return images.images;
    case 'bake':
    case 'skaffold':
    case 'none':
      return [];
  }
}

/** What has to be the commit. Where a file says what is built, that may be anything in the workspace. `isStrangers` is that of the event. */
export function checkoutPlan(
  images: ImagesPlan,
  heads: readonly string[],
  workspace: string,
  isStrangers = false,
): CheckoutPlan {
  return { paths: builtFrom(images, workspace), workspace, heads, isStrangers };
}

function builtFrom(images: ImagesPlan, workspace: string): readonly string[] {
  switch (images.kind) {
    case 'build': {
      const { context, file } = images.build;
      return file === undefined ? [context] : [context, file];
    }
    case 'bake':
    case 'command':
    case 'skaffold':
      return [workspace];
    case 'prebuilt':
    case 'none':
      return [];
  }
}

function buildSettings(inputs: Inputs, facts: RunnerFacts, sha: string, naming: Naming): BuildSettings {
  const cache = cachePlan(inputs, inputs.image, facts);
  return {
    mode: inputs.build,
    isPushed: inputs.push,
    sha,
    platforms: inputs.platforms,
    buildArgs: inputs.buildArgs,
    labels: naming.labels,
    tags: naming.tags,
    secrets: inputs.secrets,
    ssh: inputs.ssh,
    noCache: inputs.noCache,
    pull: inputs.pull,
    proofs: { provenance: inputs.provenance, sbom: inputs.sbom, attests: inputs.attests },
    cache: inputs.push ? cache : readOnly(cache),
    workspace: facts.workspace,
    folder: facts.folder,
  };
}

function skaffoldPlan(file: string, inputs: Inputs, { workspace, folder }: RunnerFacts, sha: string): SkaffoldPlan {
  const { image, platforms, skaffoldProfile: profiles, push: isPushed } = inputs;
  const repository = image === undefined ? undefined : repositoryOf(image);
  return { file, profiles, repository, isPushed, sha, platforms, workspace, folder };
}

/** An image named by repository alone is the one of this commit. */
function withTag(image: ImageReference, sha: string): ImageReference {
  return image.tag === undefined && image.digest === undefined ? { ...image, tag: sha } : image;
}
