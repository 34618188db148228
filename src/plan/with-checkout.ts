import { DeployError, failureOf } from '../errors.ts';
import type { Checkout } from '../values/checkout.ts';
import type { BuildSettings } from './build-slices.ts';
import { namingWith } from './naming.ts';
import type { Plan } from './plan.ts';
import type { ImagesPlan } from './images-slice.ts';
import type { CheckoutPlan } from './checkout-slice.ts';

/**
 * The plan by what is checked out: from a tree that differs from its commit, images get the tag `<sha>-dirty-<fingerprint>`, so that the tag of
 * the commit never stands for something else. Dates of the commit come into tags and labels. Throws `input-invalid` for tags that cannot be.
 */
export function withCheckout(plan: Plan, checkout: Checkout): Plan {
  const naming = namingWith(plan.naming, checkout);
  if (naming.problems.length > 0) {
    throw failureOf('input-invalid', naming.problems, `${naming.problems.length} problems with the input tags`);
  }
  return { ...plan, naming, images: renamed(plan.images, naming) };
}

/** Throws `commit-unknown` when another commit is checked out than the one that the images would be named by. */
export function assertRightCommit({ paths, heads }: CheckoutPlan, checkout: Checkout): void {
  const [sha = ''] = heads;
  if (paths.length === 0 || checkout.kind === 'unknown' || heads.includes(checkout.head)) {
    return;
  }
  throw new DeployError('commit-unknown', `${sha} is to be built, but ${checkout.head} is checked out`, {
    hint: `Check out the commit that is deployed (actions/checkout with ref: ${sha}), or name the one that is there with the input sha.`,
  });
}

type Names = { readonly tag: string } & Pick<BuildSettings, 'tags' | 'labels'>;

function renamed(images: ImagesPlan, { tag, tags, labels }: Names): ImagesPlan {
  switch (images.kind) {
    case 'build': {
      const { build } = images;
      return { ...images, build: { ...build, image: { ...build.image, tag }, tags, labels } };
    }
    case 'bake':
      return { ...images, bake: { ...images.bake, tag, tags, labels } };
    case 'command': {
      const { command } = images;
      return { ...images, command: { ...command, image: { ...command.image, tag }, tags, labels } };
    }
    case 'skaffold':
    case 'prebuilt':
    case 'none':
      return images;
  }
}
