import { dirname, join } from 'node:path';
import type { Finding } from '../errors.ts';
import type { CommandResult, Files } from '../ports.ts';
import { shownPath, type Entry } from './entries.ts';
import { fileInChart } from './helm-pieces.ts';
import { lastWords } from './last-words.ts';

type Place = { readonly path: string; readonly line: number | undefined };

const IN_TEMPLATE = /\b([\w.+-]+\/[\w./+-]+):(\d+)/g;
const OUTPUT_OF_TEMPLATE = /YAML parse error on (\S+): /;
const IN_VALUES_FILE = /failed to parse (.+): error converting YAML to JSON: yaml: line (\d+)/;
const IN_CHART_FILE = /cannot load (Chart\.yaml|values\.yaml): .*yaml: line (\d+)/;

/** Why a chart was not rendered, in helm's own words, at the file and line that they name. */
export async function helmFailure(
  result: CommandResult,
  entry: Entry,
  workspace: string,
  files: Files,
): Promise<Finding> {
  const words = lastWords(result, 'helm template', workspace);
  const place = await findPlace(result.stderr, entry, files);
  const chart = entry.kind === 'chart' ? dirname(entry.file) : entry.file;
  return {
    code: 'render-failed',
    problem: {
      message: `helm template does not render ${chart}: ${words}`,
      hint: hintFor(words),
      file: place === undefined ? entry.file : shownPath(place.path, workspace),
      line: place?.line,
    },
  };
}

async function findPlace(stderr: string, entry: Entry, files: Files): Promise<Place | undefined> {
  const [, valuesFile, lineOfValues] = IN_VALUES_FILE.exec(stderr) ?? [];
  if (valuesFile !== undefined) {
    return { path: valuesFile, line: Number(lineOfValues) };
  }
  const [, chartFile, lineOfChart] = IN_CHART_FILE.exec(stderr) ?? [];
  if (chartFile !== undefined && entry.kind === 'chart') {
    return { path: join(entry.path, chartFile), line: Number(lineOfChart) };
  }
  const [, output = ''] = OUTPUT_OF_TEMPLATE.exec(stderr) ?? [];
  const path = await fileInChart(output, entry, files);
  return path === undefined ? findInTemplates(stderr, entry, files) : { path, line: undefined };
}

/** The last one that is named: a template that includes another is named before it. */
async function findInTemplates(stderr: string, entry: Entry, files: Files): Promise<Place | undefined> {
  for (const [, name = '', line] of [...stderr.matchAll(IN_TEMPLATE)].toReversed()) {
    const path = await fileInChart(name, entry, files);
    if (path !== undefined) {
      return { path, line: Number(line) };
    }
  }
  return undefined;
}

function hintFor(words: string): string | undefined {
  if (/missing in charts\/ directory/.test(words)) {
    return 'Run `helm dependency build` in an earlier step.';
  }
  return OUTPUT_OF_TEMPLATE.test(words)
    ? 'The line is one of what the template becomes; `helm template --debug` shows it.'
    : undefined;
}
