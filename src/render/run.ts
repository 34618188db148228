import type { Manifest } from '../kube/manifest.ts';
import type { RenderPlan } from '../plan/slices.ts';
import type { Files } from '../ports.ts';
import { expandAliases } from './aliases.ts';
import { parseDocuments } from './documents.ts';
import { findDuplicates } from './duplicates.ts';
import { findManifestFiles } from './files.ts';
import { failureOfFindings, type Finding } from './findings.ts';
import { findNonJson } from './json-shape.ts';
import { objectsOf } from './objects.ts';
import { substituteVariables, valuesOf, type Values } from './variables.ts';

export type Rendered = {
  /** In the order of the files, and of the documents in them. */
  readonly manifests: readonly Manifest[];
  /** Names of the input vars that no manifest mentions, in the order of the input. */
  readonly unusedVars: readonly string[];
};

type RenderedFile = {
  readonly manifests: readonly Manifest[];
  readonly used: readonly string[];
  readonly findings: readonly Finding[];
};

/** Reads the manifests and fills in the variables. Throws one DeployError with everything that is wrong in any of the files. */
export async function renderManifests(plan: RenderPlan, files: Files): Promise<Rendered> {
  const values = valuesOf(plan.vars);
  const { found, findings } = await findManifestFiles(plan, files);
  const rendered = await Promise.all(
    found.map(async ({ file, path }) => renderFile(file, await files.readText(path), values)),
  );
  const manifests = rendered.flatMap((each) => each.manifests);
  const failure = failureOfFindings([
    ...findings,
    ...rendered.flatMap((each) => each.findings),
    ...findDuplicates(manifests),
  ]);
  if (failure !== undefined) {
    throw failure;
  }
  const used = new Set(rendered.flatMap((each) => each.used));
  return { manifests, unusedVars: [...values.keys()].filter((name) => !used.has(name)) };
}

function renderFile(file: string, text: string, values: Values): RenderedFile {
  const { source, documents, findings } = parseDocuments(file, text);
  const rendered = documents.map((document): RenderedFile => {
    const { used, findings: undefinedVariables } = substituteVariables(document, source, values);
    const wrong = [...undefinedVariables, ...findNonJson(document, source)];
    const findings = wrong.length > 0 ? wrong : expandAliases(document, source);
    const objects = findings.length > 0 ? { manifests: [], findings } : objectsOf(document, source);
    return { ...objects, used: [...used] };
  });
  return {
    manifests: rendered.flatMap((each) => each.manifests),
    used: rendered.flatMap((each) => each.used),
    findings: [...findings, ...rendered.flatMap((each) => each.findings)].toSorted(byLine),
  };
}

function byLine(one: Finding, other: Finding): number {
  return (one.problem.line ?? 0) - (other.problem.line ?? 0);
}
