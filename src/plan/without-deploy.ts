import type { BuilderPlan, BuildSettings } from './build-slices.ts';
import { readOnly } from './cache.ts';
import type { ImagesPlan } from './images-slice.ts';
import type { Plan } from './plan.ts';

/**
 * The plan of a run that may build and nothing else: no registry is written to, no cache is written, no cluster is asked, no manifest is rendered (what
 * they are filled with may be missing), nothing is verified, and GitHub is told nothing. A command that would build nothing does nothing.
 */
export function withoutDeploy(plan: Plan, whyNot: string): Plan {
  const images: ImagesPlan = plan.command.kind === 'plan' ? { kind: 'none' } : onlyBuilt(plan.images);
  return {
    ...plan,
    withheld: whyNot,
    images,
    checkout: images.kind === 'none' ? { ...plan.checkout, paths: [] } : plan.checkout,
    builder: withoutCluster(plan.builder),
    promotion: { environment: undefined, required: undefined },
    github: { ...plan.github, deployment: undefined, comment: undefined },
    preview: undefined,
    cluster: undefined,
    render: { ...plan.render, manifests: [], preDeploy: [], vars: [], imagePaths: [], renderTo: undefined },
  };
}

/** What is built, without a push; what somebody else has built is of no use to a run that deploys nothing. */
function onlyBuilt(images: ImagesPlan): ImagesPlan {
  switch (images.kind) {
    case 'build':
      return images.build.mode === 'never' ? { kind: 'none' } : { ...images, build: unpushed(images.build) };
    case 'bake':
      return images.bake.mode === 'never' ? { kind: 'none' } : { ...images, bake: unpushed(images.bake) };
    case 'command':
      return images.command.mode === 'never' ? { kind: 'none' } : { ...images, command: unpushed(images.command) };
    case 'skaffold':
      return { ...images, skaffold: { ...images.skaffold, isPushed: false } };
    case 'prebuilt':
    case 'none':
      return { kind: 'none' };
  }
}

function unpushed<Settings extends BuildSettings>(settings: Settings): Settings {
  return { ...settings, isPushed: false, cache: readOnly(settings.cache) };
}

/**
 * A builder that stays would carry what this run has left in its cache mounts into the next one, so this run gets one that goes away with it. There is no
 * cluster to build in.
 */
function withoutCluster(builder: BuilderPlan): BuilderPlan {
  const own = { ...builder, isKept: false };
  return builder.wish.kind === 'kubernetes' ? { ...own, wish: { kind: 'auto' }, options: [] } : own;
}
