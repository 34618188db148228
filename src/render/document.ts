import type { Document } from 'yaml';
import type { Finding } from '../errors.ts';
import type { Manifest } from '../kube/manifest.ts';
import { expandAliases } from './aliases.ts';
import { parseDocuments } from './documents.ts';
import { findNonJson } from './json-shape.ts';
import { objectsOf } from './objects.ts';
import type { Source } from './source.ts';
import { substituteVariables, type Values } from './variables.ts';

/** What came of a document, a file or a chart: objects, names of the variables that were used, and what is wrong. */
export type Part = {
  readonly manifests: readonly Manifest[];
  readonly used: readonly string[];
  readonly findings: readonly Finding[];
};

/** The objects of a document with the variables filled in. The document is the part's from then on. */
export function renderDocument(document: Document, source: Source, values: Values): Part {
  const { used, findings: undefinedVariables } = substituteVariables(document, source, values);
  const wrong = [...undefinedVariables, ...findNonJson(document, source)];
  const findings = wrong.length > 0 ? wrong : expandAliases(document, source);
  const objects = findings.length > 0 ? { manifests: [], findings } : objectsOf(document, source);
  return { ...objects, used: [...used] };
}

/** The objects of a file of the user's. */
export function renderFile(file: string, text: string, values: Values): Part {
  const { source, documents, findings } = parseDocuments(file, text);
  const part = joined(documents.map((document) => renderDocument(document, source, values)));
  return { ...part, findings: [...findings, ...part.findings].toSorted(byLine) };
}

export function joined(parts: readonly Part[]): Part {
  return {
    manifests: parts.flatMap(({ manifests }) => manifests),
    used: parts.flatMap(({ used }) => used),
    findings: parts.flatMap(({ findings }) => findings),
  };
}

function byLine(one: Finding, other: Finding): number {
  return (one.problem.line ?? 0) - (other.problem.line ?? 0);
}
