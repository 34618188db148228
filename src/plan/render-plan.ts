import { join, resolve } from 'node:path';
import type { Inputs } from '../inputs/spec.ts';
import type { RunnerFacts } from './runner-facts.ts';
import type { RenderPlan } from './slices.ts';

export function renderPlan(inputs: Inputs, facts: RunnerFacts): RenderPlan {
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
