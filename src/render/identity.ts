import type { Node } from 'yaml';
import type { FieldPath } from '../kube/manifest.ts';
import { isJsonObject, valueAt } from '../values/json.ts';
import { offsetOfField } from './fields.ts';
import type { Finding } from '../errors.ts';
import { invalidAt, type Source } from './source.ts';

const REQUIRED: readonly FieldPath[] = [['apiVersion'], ['kind'], ['metadata', 'name']];
const TEXT_IF_THERE: readonly FieldPath[] = [['metadata', 'namespace']];

/** Why a value is not an object that can be applied: no apiVersion, kind or name, or one that is not text. */
export function findIdentityProblems(value: unknown, contents: Node, source: Source): readonly Finding[] {
  const report = (path: FieldPath, message: string, hint?: string): Finding =>
    invalidAt(source, offsetOfField(contents, path), message, hint);

  if (!isJsonObject(value)) {
    return [report([], `a Kubernetes object is expected here, and this is ${described(value)}`)];
  }
  const missing = REQUIRED.filter((path) => isMissing(valueAt(value, ...path)));
  const notText = [...REQUIRED, ...TEXT_IF_THERE].filter((path) => isNotText(valueAt(value, ...path)));
  const findings = notText.map((path) =>
    report(
      path,
      `${path.join('.')} is ${described(valueAt(value, ...path))}, not text`,
      'Without quotes kubectl reads it that way: put it in quotes.',
    ),
  );
  if (missing.length > 0) {
    findings.push(
      report([], `the object has no ${missing.map((path) => path.join('.')).join(', no ')}`, hintFor(value)),
    );
  }
  return findings;
}

function isMissing(field: unknown): boolean {
  return field === undefined || field === null || field === '';
}

function isNotText(field: unknown): boolean {
  return !isMissing(field) && typeof field !== 'string';
}

function hintFor(value: unknown): string {
  if (valueAt(value, 'kind') === 'Kustomization') {
    return 'A kustomization is rendered when its file is called kustomization.yaml, kustomization.yml or Kustomization.';
  }
  if (valueAt(value, 'metadata', 'generateName') !== undefined) {
    return 'generateName makes a new object with each run, which `kubectl apply` cannot do: give it a metadata.name.';
  }
  return 'Every object needs apiVersion, kind and metadata.name; a file that is no manifest does not belong in the input manifests.';
}

function described(value: unknown): string {
  if (Array.isArray(value)) {
    return 'a list';
  }
  if (isJsonObject(value)) {
    return 'a map';
  }
  return typeof value === 'string' ? 'text' : `the ${typeof value} ${String(value)}`;
}
