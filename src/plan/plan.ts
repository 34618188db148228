import { join, resolve } from 'node:path';
import { resolveCommit } from '../inputs/commit.ts';
import type { Inputs } from '../inputs/spec.ts';
import { inventoryName } from './inventory-name.ts';
import { imagesPlan } from './images.ts';
import { rolloutPlan } from './rollout.ts';
import type { RunnerFacts } from './runner-facts.ts';
import type {
  ApplyPlan,
  CheckPlan,
  ClusterWish,
  CommandPlan,
  ImagesPlan,
  OrderPlan,
  Origin,
  RenderPlan,
  RollbackPlan,
  RolloutPlan,
  SmokeTestPlan,
  ToolsPlan,
} from './slices.ts';

/** Everything that is to be done, decided from inputs and facts alone. */
export type Plan = {
  readonly command: CommandPlan;
  readonly sha: string;
  readonly tools: ToolsPlan;
  readonly pluginFolders: readonly string[];
  readonly images: ImagesPlan;
  readonly render: RenderPlan;
  /** Undefined when only an image is built. */
  readonly cluster: ClusterWish | undefined;
  readonly check: CheckPlan;
  readonly order: OrderPlan;
  readonly apply: ApplyPlan;
  readonly rollout: RolloutPlan;
  readonly smokeTest: SmokeTestPlan;
  readonly rollback: RollbackPlan;
};

export function makePlan(inputs: Inputs, facts: RunnerFacts): Plan {
  const sha = resolveCommit(inputs.sha, facts.event);
  const origin = originOf(sha, facts);
  const { mustExist } = inputs;
  return {
    command: {
      kind: inputs.command,
      approvedHash: inputs.planHash,
      failsOnChange: inputs.failOnChange,
    },
    sha,
    tools: toolsPlan(inputs, facts),
    pluginFolders: facts.pluginFolders,
    images: imagesPlan(inputs, facts, sha),
    render: renderPlan(inputs, facts),
    cluster: clusterWish(inputs, facts),
    check: {
      namespace: inputs.namespace,
      createNamespace: inputs.createNamespace,
      references: mustExist === 'all' || mustExist === 'references',
      images: mustExist === 'all' || mustExist === 'images',
    },
    order: {
      origin,
      workspace: facts.workspace,
      allowDowngrade: inputs.allowDowngrade,
      github: inputs.githubToken === '' ? undefined : { apiUrl: facts.apiUrl, token: inputs.githubToken },
    },
    apply: {
      setImage: inputs.setImage,
      restart: inputs.restart,
      forceConflicts: inputs.forceConflicts,
      jobPolicy: inputs.jobPolicy,
      inventory: inputs.prune ? (inputs.inventory ?? inventoryName(facts.repository, inputs.manifests)) : undefined,
      origin,
    },
    rollout: rolloutPlan(inputs),
    smokeTest: {
      tests: inputs.smokeTest,
      timeoutSeconds: inputs.smokeTimeout,
      workspace: facts.workspace,
    },
    rollback: { onFailure: inputs.onFailure, onCancel: inputs.onCancel },
  };
}

function originOf(sha: string, { serverUrl, repository, runId, runAttempt }: RunnerFacts): Origin {
  const runUrl = `${serverUrl}/${repository}/actions/runs/${runId}/attempts/${runAttempt}`;
  return { commit: sha, repository, runUrl: repository === '' || runId === '' ? '' : runUrl };
}

function toolsPlan(inputs: Inputs, facts: RunnerFacts): ToolsPlan {
  return {
    platform: facts.platform,
    arch: facts.arch,
    folder: facts.folder,
    kubectl: { wish: inputs.kubectlVersion, mirror: inputs.kubectlMirror },
    buildx: { wish: inputs.buildxVersion, mirror: inputs.buildxMirror },
    helm: { wish: inputs.helmVersion, mirror: inputs.helmMirror },
    githubToken: tokenForGitHub(inputs, facts),
  };
}

function renderPlan(inputs: Inputs, facts: RunnerFacts): RenderPlan {
  return {
    workspace: facts.workspace,
    manifests: inputs.manifests,
    preDeploy: inputs.preDeploy,
    vars: inputs.vars.map(({ name, value }) => ({ name, value: value ?? facts.variable(name) })),
    helmValues: inputs.helmValues,
    helmRelease: inputs.helmRelease,
    imagePaths: inputs.imagePaths,
    renderTo: inputs.renderTo === undefined ? undefined : resolve(facts.workspace, inputs.renderTo),
    folder: join(facts.folder, 'render'),
  };
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
        namespace: inputs.namespace,
        expected: inputs.expectCluster,
        kubeconfigPath: join(facts.folder, 'kubeconfig'),
        socketPath: join(facts.folder, 'api.sock'),
      };
}
