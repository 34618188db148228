import type { KnownSecret } from '../inputs/known-secrets.ts';
import type { ImageReference } from '../values/image.ts';
import type { BakePlan, BuildCommandPlan, BuildPlan, SkaffoldPlan } from './build-slices.ts';

/** How the images of the run come about. */
export type ImagesPlan =
  | { readonly kind: 'build'; readonly build: BuildPlan }
  /** `forbidden`: what no build argument of the files may hold. */
  | { readonly kind: 'bake'; readonly bake: BakePlan; readonly forbidden: readonly KnownSecret[] }
  | { readonly kind: 'command'; readonly command: BuildCommandPlan }
  | { readonly kind: 'skaffold'; readonly skaffold: SkaffoldPlan }
  | { readonly kind: 'prebuilt'; readonly images: readonly ImageReference[] }
  | { readonly kind: 'none' };
