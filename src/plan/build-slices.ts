import type { BuilderWish } from '../values/builder.ts';
import type { ImageReference } from '../values/image.ts';
import type { BuildSecret } from '../values/build-secret.ts';

/** The slices of the plan that bring an image about. All paths are absolute. */

export type BuilderPlan = {
  readonly wish: BuilderWish;
  /** Driver options as buildx has them: "replicas=2", "requests.cpu=1". */
  readonly options: readonly string[];
  /** Image that BuildKit is started from, and a buildkitd.toml; undefined: buildx's own choice. */
  readonly image: string | undefined;
  readonly config: string | undefined;
  /** PEM of the authority that vouches for the registries below, or the path of a file with it. */
  readonly registryCa: string | undefined;
  /** Hosts that images and caches of this run are kept at. */
  readonly registries: readonly string[];
  /** Whether a builder of our own stays for the next run. */
  readonly isKept: boolean;
  /** Of a builder that goes away with the run. */
  readonly runName: string;
  /** Of a builder that stays. */
  readonly keptName: string;
  /** HTTP_PROXY, HTTPS_PROXY, NO_PROXY, ALL_PROXY as the job has them, in either spelling. */
  readonly proxies: Readonly<Record<string, string>>;
  /** The engine that DOCKER_HOST names, or the usual socket: "unix:///var/run/docker.sock". */
  readonly dockerHost: string;
  /** Where buildx keeps the builders that the job has. */
  readonly userFolder: string;
  /** Where ours is kept: private, removed at the end. */
  readonly folder: string;
  readonly workspace: string;
};

/** Where cached steps come from and go to. References are ready: "ghcr.io/org/app:buildcache-main". */
export type CachePlan =
  | { readonly kind: 'off' }
  /** As the user wrote them for buildx. */
  | { readonly kind: 'raw'; readonly from: readonly string[]; readonly to: readonly string[] }
  | {
      readonly kind: 'auto' | 'registry' | 'gha' | 'inline' | 'local';
      /** Repository for cache images, without a tag. */
      readonly repository: string;
      /** Names of the scopes that are read, the nearest first: ["pr-7", "main"]. */
      readonly reads: readonly string[];
      /** The scope that is written; undefined: none, for example for a tag. */
      readonly writes: string | undefined;
      /** Folder of local caches. */
      readonly folder: string;
    };

/** What the image is to be proven by. */
export type ProofPlan = {
  /** "false", "true", or attributes such as "mode=max". */
  readonly provenance: string;
  readonly sbom: string;
  /** As buildx has them: "type=sbom,generator=…". */
  readonly attests: readonly string[];
};

/** What a build is by, of everything that is the same for each image of a run. */
export type BuildSettings = {
  /** `never`: the image has to be there already. */
  readonly mode: 'auto' | 'never';
  /** False: it is built, and that is all; no registry is written to, nor asked for anything but cached steps. */
  readonly isPushed: boolean;
  readonly sha: string;
  readonly platforms: readonly string[];
  readonly buildArgs: readonly string[];
  /** "key=value", from git and from the user, the user's last. */
  readonly labels: readonly string[];
  /** Tags beside the one of the commit, ready: ["main", "1.4"]. */
  readonly tags: readonly string[];
  readonly secrets: readonly BuildSecret[];
  readonly ssh: readonly string[];
  readonly noCache: boolean;
  readonly pull: boolean;
  readonly proofs: ProofPlan;
  readonly cache: CachePlan;
  readonly workspace: string;
  readonly folder: string;
};

/** One image from a Dockerfile. */
export type BuildPlan = BuildSettings & {
  /** Repository and tag: where the image is pushed. */
  readonly image: ImageReference;
  readonly context: string;
  readonly file: string | undefined;
  readonly target: string | undefined;
  /** "name=path or image" as buildx has them. */
  readonly buildContexts: readonly string[];
  /** Stages that are built and pushed as caches first. */
  readonly cacheStages: readonly string[];
};

/** Several images from files for `buildx bake`. */
export type BakePlan = BuildSettings & {
  readonly files: readonly string[];
  /** Empty: what bake calls default. */
  readonly targets: readonly string[];
  /** Where a target that names no tag is pushed: `<image>/<target>`. */
  readonly image: ImageReference | undefined;
  readonly tag: string;
};

/** One image by a command of the user. */
export type BuildCommandPlan = BuildSettings & {
  readonly image: ImageReference;
  readonly command: string;
  readonly context: string;
};

/** What a skaffold.yaml says. */
export type SkaffoldPlan = {
  readonly file: string;
  readonly profiles: readonly string[];
  /** Where images go whose names have no registry; undefined: as the file says. */
  readonly repository: string | undefined;
  readonly isPushed: boolean;
  readonly sha: string;
  readonly platforms: readonly string[];
  readonly workspace: string;
  readonly folder: string;
};

/** What an image has to pass before the cluster is touched. */
export type GatePlan = {
  /** Files for container-structure-test, relative to the workspace; globs. */
  readonly imageTests: readonly string[];
  readonly scanCommand: string | undefined;
  readonly workspace: string;
  readonly folder: string;
};

export type PromotionPlan = {
  /** The environment that this deploys to: its records say what was verified there. */
  readonly environment: string | undefined;
  /** The environment in which an image has to be verified before. */
  readonly required: string | undefined;
};
