import type { RestartPolicy, SetImage } from '../values/change.ts';
import type { ImageReference } from '../values/image.ts';
import type { VersionWish } from '../values/version.ts';

/** The slices of the plan: each phase is given its own and nothing else. All paths are absolute unless said otherwise. */

export type Variable = {
  readonly name: string;
  /** Undefined when the step's environment does not have it. */
  readonly value: string | undefined;
};

export type RenderPlan = {
  readonly workspace: string;
  /** Files, folders and globs, relative to the workspace. */
  readonly manifests: readonly string[];
  readonly vars: readonly Variable[];
};

export type ToolPlan = {
  readonly wish: VersionWish;
  /** Base URL without a trailing slash, in the layout of the public site. */
  readonly mirror: string | undefined;
};

export type ToolsPlan = {
  readonly platform: string;
  readonly arch: string;
  /** A private folder that is removed at the end. */
  readonly folder: string;
  readonly kubectl: ToolPlan;
  readonly buildx: ToolPlan;
  /** Sent to github.com only. */
  readonly githubToken: string | undefined;
};

export type BuildPlan = {
  /** Repository and tag: where the image is pushed. */
  readonly image: ImageReference;
  readonly context: string;
  readonly file: string | undefined;
  readonly target: string | undefined;
  readonly buildArgs: readonly string[];
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly builder: string | undefined;
  readonly sha: string;
  readonly folder: string;
};

export type ImagesPlan =
  | { readonly kind: 'build'; readonly build: BuildPlan }
  | { readonly kind: 'prebuilt'; readonly images: readonly ImageReference[] }
  | { readonly kind: 'none' };

export type ApplyPlan = {
  readonly namespace: string | undefined;
  readonly setImage: readonly SetImage[];
  readonly restart: RestartPolicy;
};

export type RolloutPlan = {
  readonly timeoutSeconds: number;
  /** False: only kubectl's verdict counts. */
  readonly failFast: boolean;
  readonly maxRestarts: number;
  /** Undefined: as the table of signals says. */
  readonly imageGraceSeconds: number | undefined;
  readonly scheduleGraceSeconds: number | undefined;
  /** How long a finished rollout is watched before it counts; 0 for not at all. */
  readonly soakSeconds: number;
  readonly verifyDigest: boolean;
};
