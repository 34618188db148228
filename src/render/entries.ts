import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Finding } from '../errors.ts';
import type { EntryKind, Files } from '../ports.ts';
import { isPattern, isUrl, nothingFound, urlRefused, type EntryList } from './missing.ts';

/** Something that manifests come from. `file` is the name that the user knows it by, relative to the workspace. */
export type Entry =
  | { readonly kind: 'file'; readonly path: string; readonly file: string }
  /** `path` is its folder, `file` its kustomization.yaml. */
  | { readonly kind: 'kustomization'; readonly path: string; readonly file: string }
  /** `path` is its folder, `file` its Chart.yaml. */
  | { readonly kind: 'chart'; readonly path: string; readonly file: string }
  | { readonly kind: 'packaged-chart'; readonly path: string; readonly file: string };

export type Entries = { readonly found: readonly Entry[]; readonly findings: readonly Finding[] };

/** The names that kustomize knows. */
export const KUSTOMIZATION_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

const CHART_NAME = 'Chart.yaml';
const MANIFESTS = '*.{yaml,yml,json}';
const MANIFEST_NAME = /(?:\.(?:yaml|yml|json)|^Kustomization)$/;
const ENDS_IN_ANYTHING = /(?:^|\/)\*{1,2}$/;

/**
 * What the entries of a list name. A folder is a kustomization when it has a kustomization.yaml, else a chart when it has a Chart.yaml, else
 * its own *.yaml, *.yml and *.json (like `kubectl -f`, not the folders in it). A file is itself, unless it is a packaged chart (*.tgz), or
 * one of these two: then it stands for its folder, and so does one that a glob matches. The other files of that glob stay plain manifests,
 * but for those of a chart, which belong to it. In the order of the list, sorted within an entry, each once. An entry that finds nothing,
 * and a URL, is a finding.
 */
export async function findEntries(list: EntryList, files: Files): Promise<Entries> {
  const found = new Map<string, Entry>();
  const findings: Finding[] = [];
  for (const text of list.entries) {
    if (isUrl(text)) {
      findings.push(urlRefused(text, list));
      continue;
    }
    const kind = await files.kindOf(resolve(list.workspace, text));
    const paths = await pathsOf(text, kind, list.workspace, files);
    for (const entry of withoutPartsOfCharts(paths.map((path) => entryAt(path, list.workspace)))) {
      found.set(`${entry.kind} ${entry.path}`, entry);
    }
    if (paths.length === 0) {
      findings.push(nothingFound(text, kind, list));
    }
  }
  return { found: [...found.values()], findings };
}

async function pathsOf(text: string, kind: EntryKind, workspace: string, files: Files): Promise<readonly string[]> {
  const path = resolve(workspace, text);
  if (kind === 'file') {
    return [path];
  }
  if (kind === 'directory') {
    const root = await findRootFile(path, files);
    return root === undefined ? (await files.glob(MANIFESTS, path)).toSorted() : [root];
  }
  if (!isPattern(text)) {
    return [];
  }
  const matches = await files.glob(text, workspace);
  // `k8s/**` is meant to find the manifests, not the README beside them.
  const wanted = ENDS_IN_ANYTHING.test(text) ? matches.filter((match) => MANIFEST_NAME.test(basename(match))) : matches;
  return wanted.toSorted();
}

/** The kustomization.yaml of a folder, whichever name it has, or else its Chart.yaml. */
async function findRootFile(folder: string, files: Files): Promise<string | undefined> {
  for (const name of [...KUSTOMIZATION_NAMES, CHART_NAME]) {
    const path = join(folder, name);
    if ((await files.kindOf(path)) === 'file') {
      return path;
    }
  }
  return undefined;
}

function entryAt(path: string, workspace: string): Entry {
  const file = shownPath(path, workspace);
  const name = basename(path);
  if (KUSTOMIZATION_NAMES.some((known) => known === name)) {
    return { kind: 'kustomization', path: dirname(path), file };
  }
  if (name === CHART_NAME) {
    return { kind: 'chart', path: dirname(path), file };
  }
  return { kind: name.endsWith('.tgz') ? 'packaged-chart' : 'file', path, file };
}

function withoutPartsOfCharts(entries: readonly Entry[]): readonly Entry[] {
  const charts = entries.filter(({ kind }) => kind === 'chart');
  return entries.filter(({ path }) => !charts.some((chart) => path.startsWith(chart.path + sep)));
}

/** How the user knows a file: relative to the workspace, with slashes. */
export function shownPath(path: string, workspace: string): string {
  return relative(workspace, path).split(sep).join('/');
}
