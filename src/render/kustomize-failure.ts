import { dirname, join, resolve } from 'node:path';
import type { Finding } from '../errors.ts';
import type { CommandResult, Files } from '../ports.ts';
import { KUSTOMIZATION_NAMES, shownPath, type Entry } from './entries.ts';
import { lastWords } from './last-words.ts';

type Place = { readonly file: string; readonly line: number | undefined };

/** kustomize wraps an error once for each folder on the way to it, and ends it with what else a path could have been. */
const WRAPPING = [
  /'?: must build at directory: .*$/s,
  /accumulating resources from '[^']*': '[^']*' must resolve to a file': /g,
  /(?:recursed accumulation of path|couldn't make target for path) '[^']*': /g,
  /accumulation err='/g,
  /accumulating resources: /g,
];
const FOLDER = /(?:recursed accumulation of path|couldn't make target for path) '([^']*)'/g;
const IN_FILE = /yaml: line (\d+): .* in File: (\S+)/;
const IN_KUSTOMIZATION = /invalid Kustomization: yaml: line (\d+)/;
const BETWEEN_WORDS = /:?[\s,'"[\]{}]+|:$/;
const QUOTED = /'([^']+)'|"([^"]+)"|\[([^\]]+)\]/g;

/** Why a kustomization was not rendered, in kustomize's own words, at the file and line that they name. */
export async function kustomizeFailure(
  result: CommandResult,
  entry: Entry,
  workspace: string,
  files: Files,
): Promise<Finding> {
  const words = lastWords(result, 'kubectl kustomize', workspace);
  const folder = [...result.stderr.matchAll(FOLDER)].at(-1)?.[1] ?? entry.path;
  const text = WRAPPING.reduce((rest, pattern) => rest.replace(pattern, ''), words);
  const { file, line } = await placeOf(text, folder, files);
  const message = `kubectl kustomize does not render ${dirname(entry.file)}: ${text}`;
  return {
    code: 'render-failed',
    problem: {
      message,
      hint: hintFor(words),
      file: file === undefined ? entry.file : shownPath(file, workspace),
      line,
    },
  };
}

async function placeOf(words: string, folder: string, files: Files): Promise<Partial<Place>> {
  const [, lineOfFile, name] = IN_FILE.exec(words) ?? [];
  if (name !== undefined && (await files.kindOf(resolve(folder, name))) === 'file') {
    return { file: resolve(folder, name), line: Number(lineOfFile) };
  }
  const file = await kustomizationOf(folder, files);
  if (file === undefined) {
    return {};
  }
  const [, line] = IN_KUSTOMIZATION.exec(words) ?? [];
  return { file, line: line === undefined ? lineOfQuoted(words, await files.readText(file)) : Number(line) };
}

async function kustomizationOf(folder: string, files: Files): Promise<string | undefined> {
  for (const name of KUSTOMIZATION_NAMES) {
    if ((await files.kindOf(join(folder, name))) === 'file') {
      return join(folder, name);
    }
  }
  return undefined;
}

/** The line of the kustomization that has what the message puts in quotes: a path, or a field that nobody knows. */
function lineOfQuoted(words: string, text: string): number | undefined {
  const quoted = [...words.matchAll(QUOTED)].map(([, ...groups]) => groups.find((group) => group !== undefined) ?? '');
  const lines = text.split('\n');
  const found = quoted
    .map((each) => lines.findIndex((line) => line.split(BETWEEN_WORDS).includes(each)))
    .find((index) => index !== -1);
  return found === undefined ? undefined : found + 1;
}

function hintFor(words: string): string | undefined {
  return words.includes('must specify --enable-helm')
    ? 'Charts are not rendered by kustomize here: name the chart itself in the input manifests.'
    : undefined;
}
