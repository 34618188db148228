import type { Problem } from '../errors.ts';
import type { ImageReference } from './image.ts';

/** How much of a build came from a cache. */
export type CacheUse = {
  readonly steps: number;
  readonly cached: number;
  /** The first step that had to be run: "[build 3/5] RUN npm ci"; undefined when none had to. */
  readonly firstMiss: string | undefined;
  /** Why, as far as one can tell; undefined when nothing is known. */
  readonly because: string | undefined;
};

/** An image that was built, or was there already. */
export type BuiltImage = {
  /** With tag and digest; of one that was not pushed, what it would have been called: nobody has it. */
  readonly image: ImageReference;
  /**
   * `reused`: this commit was built before. `raced`: somebody else pushed the same commit meanwhile, and his is taken. `unpushed`: it was only built,
   * and is in no registry.
   */
  readonly how: 'built' | 'reused' | 'raced' | 'unpushed';
  /** The other references that it was given: "ghcr.io/org/app:main". */
  readonly tags: readonly string[];
  readonly cache: CacheUse | undefined;
  /** What the build checks and good practice say, with file and line where they have one. */
  readonly advice: readonly Problem[];
};
