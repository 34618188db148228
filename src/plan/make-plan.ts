import { commitsOfCheckout } from '../inputs/commit.ts';
import { resolveAnyEvent, resolveEvent, type EventFacts } from '../inputs/event.ts';
import type { Inputs } from '../inputs/spec.ts';
import { clusterWish } from './cluster-wish.ts';
import { gitHubAccess, gitHubPlan } from './github-plan.ts';
import { inventoryName } from './inventory-name.ts';
import { checkoutPlan, imagesPlan } from './images.ts';
import { namingOf } from './naming.ts';
import { originOf } from './origin.ts';
import { previewPlan, sweepPlan } from './preview-plan.ts';
import { assertSound } from './problems.ts';
import { renderPlan } from './render-plan.ts';
import { builderPlan, loginPlan } from './registries.ts';
import { toolsPlan } from './tools.ts';
import { assertTrusted } from './trust.ts';
import { withoutDeploy } from './without-deploy.ts';
import { rolloutPlan } from './rollout.ts';
import type { RunnerFacts } from './runner-facts.ts';
import type { Plan } from './plan.ts';

/**
 * Throws `commit-unknown`, `untrusted-code`, or `input-invalid` with what only shows beside the environment and the event. A run that must not push
 * gets a plan without a push and without a deploy.
 */
export function makePlan(inputs: Inputs, facts: RunnerFacts): Plan {
  const removes = inputs.command === 'destroy' || inputs.command === 'sweep';
  const event = (removes ? resolveAnyEvent : resolveEvent)(inputs.sha, facts.event, facts);
  assertTrusted(inputs.command, event);
  const plan = wholePlan(inputs, facts, event);
  return event.trust === 'restricted' && !removes ? withoutDeploy(plan, event.whyNot ?? '') : plan;
}

function wholePlan(inputs: Inputs, facts: RunnerFacts, event: EventFacts): Plan {
  const { sha } = event;
  const naming = namingOf(inputs, facts, sha);
  const preview = previewPlan(inputs, facts, event);
  const sweep = sweepPlan(inputs, facts);
  assertSound(inputs, facts, [...naming.problems, ...preview.problems, ...sweep.problems]);
  const images = imagesPlan(inputs, facts, sha, naming);
  const origin = originOf(sha, facts);
  const { mustExist } = inputs;
  return {
    command: {
      kind: inputs.command,
      approvedHash: inputs.planHash,
      failsOnChange: inputs.failOnChange,
      isDryRun: inputs.dryRun,
    },
    event,
    sha,
    withheld: inputs.push ? undefined : 'push is false',
    tools: toolsPlan(inputs, facts),
    pluginFolders: facts.pluginFolders,
    checkout: checkoutPlan(images, commitsOfCheckout(sha, facts.event), facts.workspace, event.isStrangers),
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
    github: gitHubPlan(inputs, facts, event, preview.plan),
    preview: preview.plan,
    sweep: sweep.plan,
    url: inputs.environmentUrl,
    cluster: clusterWish(inputs, facts, preview.plan?.namespace),
    check: {
      namespace: preview.plan?.namespace ?? inputs.namespace,
      isPreview: preview.plan !== undefined,
      createNamespace: inputs.createNamespace,
      references: mustExist === 'all' || mustExist === 'references',
      images: mustExist === 'all' || mustExist === 'images',
    },
    order: {
      origin,
      workspace: facts.workspace,
      allowDowngrade: inputs.allowDowngrade,
      github: gitHubAccess(inputs.githubToken, facts),
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
