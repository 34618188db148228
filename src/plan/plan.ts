import { join, resolve } from 'node:path';
import { commitsOfCheckout, resolveCommit } from '../inputs/commit.ts';
import type { Inputs } from '../inputs/spec.ts';
import { inventoryName } from './inventory-name.ts';
import type { CheckoutPlan } from './checkout-slice.ts';
import { checkoutPlan, imagesPlan } from './images.ts';
import { namingOf, type Naming } from './naming.ts';
import { assertSound } from './problems.ts';
import { builderPlan, loginPlan } from './registries.ts';
import { toolsPlan } from './tools.ts';
import type { BuilderPlan, GatePlan, PromotionPlan } from './build-slices.ts';
import type { LoginPlan } from './login-slice.ts';
import { rolloutPlan } from './rollout.ts';
import type { RunnerFacts } from './runner-facts.ts';
import type {
  ApplyPlan,
  CheckPlan,
  ClusterWish,
  CommandPlan,
  OrderPlan,
  Origin,
  RenderPlan,
  RollbackPlan,
  RolloutPlan,
  SmokeTestPlan,
  ToolsPlan,
} from './slices.ts';
import type { ImagesPlan } from './images-slice.ts';

/** Everything that is to be done, decided from inputs and facts alone. */
export type Plan = {
  readonly command: CommandPlan;
  readonly sha: string;
  readonly tools: ToolsPlan;
  readonly pluginFolders: readonly string[];
  readonly checkout: CheckoutPlan;
  /** What the images below are called, and what that was made of. */
  readonly naming: Naming;
  readonly images: ImagesPlan;
  readonly login: LoginPlan;
  readonly builder: BuilderPlan;
  readonly gate: GatePlan;
  readonly promotion: PromotionPlan;
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

/** Throws `commit-unknown`, or `input-invalid` with what only shows beside the environment and the event. */
export function makePlan(inputs: Inputs, facts: RunnerFacts): Plan {
  const sha = resolveCommit(inputs.sha, facts.event);
  const naming = namingOf(inputs, facts, sha);
  assertSound(inputs, facts, naming.problems);
  const images = imagesPlan(inputs, facts, sha, naming);
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
    checkout: checkoutPlan(images, commitsOfCheckout(sha, facts.event), facts.workspace),
    naming,
    images,
    login: loginPlan(inputs, facts),
    builder: builderPlan(inputs, facts),
    gate: {
      imageTests: inputs.imageTests,
      scanCommand: inputs.scanCommand,
      workspace: facts.workspace,
      folder: facts.folder,
    },
    promotion: { environment: inputs.environment, required: inputs.requireVerified },
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

function clusterWish(inputs: Inputs, facts: RunnerFacts): ClusterWish | undefined {
  const { manifests, setImage, skaffoldFile } = inputs;
  const hasWork = manifests.length > 0 || setImage.length > 0 || skaffoldFile !== undefined;
  return inputs.kubeconfig === undefined || !hasWork
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
