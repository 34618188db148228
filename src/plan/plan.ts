import { isAbsolute, join } from 'node:path';
import { resolveCommit, type RunEvent } from '../inputs/commit.ts';
import type { Inputs } from '../inputs/spec.ts';
import type { ImageReference } from '../values/image.ts';
import type { ApplyPlan, ImagesPlan, RenderPlan, RolloutPlan, ToolsPlan } from './slices.ts';

/** What is known about the job before anything is done; read by one adapter from the runner's environment. */
export type RunnerFacts = {
  readonly workspace: string;
  /** Private to this run, removed at its end. */
  readonly folder: string;
  readonly platform: string;
  readonly arch: string;
  readonly event: RunEvent;
  /** Where GitHub is: github.com, or an enterprise server. */
  readonly serverUrl: string;
  /** The step's environment, for `vars`. */
  readonly variable: (name: string) => string | undefined;
  readonly pluginFolders: readonly string[];
};

/** Everything that is to be done, decided from inputs and facts alone. */
export type Plan = {
  readonly sha: string;
  readonly tools: ToolsPlan;
  /** Where docker looks for its plugins, buildx among them. */
  readonly pluginFolders: readonly string[];
  readonly images: ImagesPlan;
  readonly render: RenderPlan;
  /** Undefined when only an image is built. */
  readonly cluster: ClusterWish | undefined;
  readonly apply: ApplyPlan;
  readonly rollout: RolloutPlan;
};

/** The cluster as the user names it; the kubeconfig is not yet read. */
export type ClusterWish = {
  readonly kubeconfig: string;
  readonly context: string | undefined;
  readonly kubeconfigPath: string;
  readonly socketPath: string;
};

export function makePlan(inputs: Inputs, facts: RunnerFacts): Plan {
  const sha = resolveCommit(inputs.sha, facts.event);
  return {
    sha,
    tools: {
      platform: facts.platform,
      arch: facts.arch,
      folder: facts.folder,
      kubectl: { wish: inputs.kubectlVersion, mirror: inputs.kubectlMirror },
      buildx: { wish: inputs.buildxVersion, mirror: inputs.buildxMirror },
      githubToken: tokenForGitHub(inputs, facts),
    },
    pluginFolders: facts.pluginFolders,
    images: imagesPlan(inputs, facts, sha),
    render: {
      workspace: facts.workspace,
      manifests: inputs.manifests,
      vars: inputs.vars.map((name) => ({ name, value: facts.variable(name) })),
    },
    cluster: clusterWish(inputs, facts),
    apply: { namespace: inputs.namespace, setImage: inputs.setImage, restart: inputs.restart },
    rollout: {
      timeoutSeconds: inputs.timeout,
      failFast: inputs.failFast,
      maxRestarts: inputs.maxRestarts,
      imageGraceSeconds: inputs.imageGrace,
      scheduleGraceSeconds: inputs.scheduleGrace,
      soakSeconds: inputs.soak ?? 0,
      verifyDigest: inputs.verifyDigest,
    },
  };
}

/** The images of the run as far as they are known before anything is built: without a digest where there is none yet. */
export function expectedImages({ images }: Plan): readonly ImageReference[] {
  switch (images.kind) {
    case 'build':
      return [images.build.image];
    case 'prebuilt':
      return images.images;
    case 'none':
      return [];
  }
}

function imagesPlan(inputs: Inputs, facts: RunnerFacts, sha: string): ImagesPlan {
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

/** An image named by repository alone is the one of this commit. */
function withTag(image: ImageReference, sha: string): ImageReference {
  return image.tag === undefined && image.digest === undefined ? { ...image, tag: sha } : image;
}

/** The token of an enterprise server means nothing to github.com, and a wrong one is worse than none. */
function tokenForGitHub(inputs: Inputs, facts: RunnerFacts): string | undefined {
  return facts.serverUrl === 'https://github.com' && inputs.githubToken !== '' ? inputs.githubToken : undefined;
}

function clusterWish(inputs: Inputs, facts: RunnerFacts): ClusterWish | undefined {
  return inputs.kubeconfig === undefined || (inputs.manifests.length === 0 && inputs.setImage.length === 0)
    ? undefined
    : {
        kubeconfig: inputs.kubeconfig,
        context: inputs.kubeContext,
        kubeconfigPath: join(facts.folder, 'kubeconfig'),
        socketPath: join(facts.folder, 'api.sock'),
      };
}

function inWorkspace(path: string, facts: RunnerFacts): string {
  return isAbsolute(path) ? path : join(facts.workspace, path);
}
