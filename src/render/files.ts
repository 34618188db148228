import { relative, resolve, sep } from 'node:path';
import type { Problem } from '../errors.ts';
import type { RenderPlan } from '../plan/slices.ts';
import type { EntryKind, Files } from '../ports.ts';
import type { Finding } from './findings.ts';

/** A file to read, and the name that the user knows it by: relative to the workspace. */
export type ManifestFile = { readonly path: string; readonly file: string };

export type ManifestFiles = { readonly found: readonly ManifestFile[]; readonly findings: readonly Finding[] };

const MANIFESTS = '*.{yaml,yml,json}';
const MANIFEST_NAME = /\.(?:yaml|yml|json)$/;
const WILDCARDS = /[*?[\]{}]/;
const ENDS_IN_ANYTHING = /(?:^|\/)\*{1,2}$/;

/**
 * The files that the entries name: a file is itself, a folder its own *.yaml, *.yml and *.json (like `kubectl -f`, not the folders in
 * it), anything else a glob. In the order of the entries, sorted within one, each file once. An entry without a file is a finding.
 */
export async function findManifestFiles(plan: RenderPlan, files: Files): Promise<ManifestFiles> {
  const paths = new Set<string>();
  const findings: Finding[] = [];
  for (const entry of plan.manifests) {
    const kind = await files.kindOf(resolve(plan.workspace, entry));
    const matches = await filesOfEntry(entry, kind, plan.workspace, files);
    for (const path of matches) {
      paths.add(path);
    }
    if (matches.length === 0) {
      findings.push({ code: 'manifest-not-found', problem: nothingFound(entry, kind, plan.workspace) });
    }
  }
  const found = [...paths].map((path) => ({ path, file: shownPath(path, plan.workspace) }));
  return { found, findings };
}

async function filesOfEntry(
  entry: string,
  kind: EntryKind,
  workspace: string,
  files: Files,
): Promise<readonly string[]> {
  const path = resolve(workspace, entry);
  if (kind === 'file') {
    return [path];
  }
  if (kind === 'directory') {
    return (await files.glob(MANIFESTS, path)).toSorted();
  }
  if (!WILDCARDS.test(entry)) {
    return [];
  }
  const matches = await files.glob(entry, workspace);
  // `k8s/**` is meant to find the manifests, not the README beside them.
  const wanted = ENDS_IN_ANYTHING.test(entry) ? matches.filter((match) => MANIFEST_NAME.test(match)) : matches;
  return wanted.toSorted();
}

function nothingFound(entry: string, kind: EntryKind, workspace: string): Problem {
  if (kind === 'directory') {
    return {
      message: `the folder "${entry}" of the input manifests has no *.yaml, *.yml or *.json`,
      hint: `Folders in it are not read; "${entry.replace(/\/+$/, '')}/**" reads them too.`,
    };
  }
  if (WILDCARDS.test(entry)) {
    return {
      message: `"${entry}" of the input manifests matches no file`,
      hint: `Patterns are relative to ${workspace}; * stays within a folder, ** does not.`,
    };
  }
  return {
    message: `"${entry}" of the input manifests does not exist`,
    hint: `It is looked for in ${workspace}. Did an earlier step check the repository out?`,
  };
}

function shownPath(path: string, workspace: string): string {
  return relative(workspace, path).split(sep).join('/');
}
