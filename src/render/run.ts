import { join } from 'node:path';
import { failureOfFindings } from '../errors.ts';
import type { Manifest } from '../kube/manifest.ts';
import type { RenderPlan } from '../plan/slices.ts';
import type { Files } from '../ports.ts';
import { joined, renderFile, type Part } from './document.ts';
import { findDuplicates } from './duplicates.ts';
import { findEntries, type Entries, type Entry } from './entries.ts';
import { findHelmInputProblems, isChart } from './helm-inputs.ts';
import { renderChart, type ChartPart } from './helm.ts';
import { renderKustomization } from './kustomize.ts';
import type { RenderContext, RenderPorts, RenderTools } from './tools.ts';
import { valuesOf } from './variables.ts';

export type Rendered = {
  /** In the order of the input, and of the documents in a file. */
  readonly manifests: readonly Manifest[];
  /** What the input pre-deploy names, and then the hooks of charts that run before an install or upgrade. */
  readonly preDeploy: readonly Manifest[];
  /** Names of the input vars that no manifest mentions, in the order of the input. */
  readonly unusedVars: readonly string[];
};

/** Which tools the plan needs to be rendered: `kubectl kustomize` for kustomizations, helm for charts. */
export async function neededRenderers(
  plan: RenderPlan,
  files: Files,
): Promise<{ readonly kustomize: boolean; readonly helm: boolean }> {
  const { main, before } = await findBoth(plan, files);
  const found = [...main.found, ...before.found];
  return { kustomize: found.some(({ kind }) => kind === 'kustomization'), helm: found.some(isChart) };
}

/**
 * Reads the manifests, renders kustomizations and charts, and fills in the variables: in what was rendered too. Throws one DeployError with
 * everything that is wrong anywhere.
 */
export async function renderManifests(plan: RenderPlan, tools: RenderTools, ports: RenderPorts): Promise<Rendered> {
  const context = { plan, tools, ports, values: valuesOf(plan.vars) };
  const { main, before } = await findBoth(plan, ports.files);
  const wrongInputs = await findHelmInputProblems(plan, [...main.found, ...before.found], ports.files);
  // helm would only say again, for each chart, that a values file is missing.
  const isRendered = (entry: Entry): boolean => wrongInputs.length === 0 || !isChart(entry);
  const mainPart = await renderEntries(main.found.filter(isRendered), 'manifests', context);
  const beforePart = await renderEntries(before.found.filter(isRendered), 'pre-deploy', context);
  const { manifests } = mainPart;
  const preDeploy = [...beforePart.preDeploy, ...beforePart.manifests, ...mainPart.preDeploy];
  const failure = failureOfFindings(
    [
      ...[main, before].flatMap(({ findings }) => findings),
      ...wrongInputs,
      ...[mainPart, beforePart].flatMap(({ findings }) => findings),
      ...findDuplicates([...manifests, ...preDeploy]),
    ],
    'in the manifests',
  );
  if (failure !== undefined) {
    throw failure;
  }
  const used = new Set([...mainPart.used, ...beforePart.used]);
  return { manifests, preDeploy, unusedVars: [...context.values.keys()].filter((name) => !used.has(name)) };
}

async function findBoth(
  { manifests, preDeploy, workspace, fileNames }: RenderPlan,
  files: Files,
): Promise<{ readonly main: Entries; readonly before: Entries }> {
  const main = await findEntries({ input: 'manifests', entries: manifests, workspace }, files);
  const before = await findEntries({ input: 'pre-deploy', entries: preDeploy, workspace }, files);
  const found = main.found.map((entry) => ({ ...entry, file: fileNames?.get(entry.path) ?? entry.file }));
  return { main: { ...main, found }, before };
}

/** One after the other: each may start a tool. `list` keeps what they write apart. */
async function renderEntries(entries: readonly Entry[], list: string, context: RenderContext): Promise<ChartPart> {
  const parts: ChartPart[] = [];
  for (const [order, entry] of entries.entries()) {
    const folder = join(context.plan.folder, `${list}-${order}`);
    parts.push({ preDeploy: [], ...(await renderEntry(entry, folder, context)) });
  }
  return { ...joined(parts), preDeploy: parts.flatMap(({ preDeploy }) => preDeploy) };
}

async function renderEntry(entry: Entry, folder: string, context: RenderContext): Promise<Part | ChartPart> {
  switch (entry.kind) {
    case 'file':
      return renderFile(entry.file, await context.ports.files.readText(entry.path), context.values);
    case 'kustomization':
      return renderKustomization(entry, folder, context);
    case 'chart':
    case 'packaged-chart':
      return renderChart(entry, context);
  }
}
