import { join } from 'node:path';
import type { Files } from '../ports.ts';
import { shownPath, type Entry } from './entries.ts';
import { originInFile, type Piece } from './origin.ts';
import { originInTemplate } from './helm-lines.ts';

/** What a template became, or a file of the chart that came through helm as it is written. */
export type HelmPiece =
  | (Piece & { readonly kind: 'rendered' })
  | { readonly kind: 'as-written'; readonly file: string; readonly text: string };

/** helm writes this before each document of a template, and once before a file of crds. */
const SOURCE = /^---\n# Source: (.+)\n/m;

/** What `helm template` printed, template by template. Templates of a packaged chart, or of one within the chart, are in no file here. */
export async function piecesOfHelm(
  stdout: string,
  entry: Entry,
  workspace: string,
  files: Files,
): Promise<readonly HelmPiece[]> {
  const [before = '', ...sourcesAndTexts] = stdout.split(SOURCE);
  const pieces: HelmPiece[] = [{ kind: 'rendered', text: before, origin: originInFile(entry.file) }];
  for (let index = 0; index < sourcesAndTexts.length; index += 2) {
    const [source = '', text = ''] = sourcesAndTexts.slice(index, index + 2);
    pieces.push(await pieceOf(source, text, entry, workspace, files));
  }
  return pieces;
}

async function pieceOf(
  source: string,
  text: string,
  entry: Entry,
  workspace: string,
  files: Files,
): Promise<HelmPiece> {
  const path = await fileInChart(source, entry, files);
  if (path === undefined) {
    return { kind: 'rendered', text, origin: originInFile(entry.file) };
  }
  const file = shownPath(path, workspace);
  const template = await files.readText(path);
  return template.startsWith(text.trimEnd())
    ? { kind: 'as-written', file, text }
    : { kind: 'rendered', text, origin: originInTemplate(file, template, text) };
}

/** The file that helm calls `chart/templates/server.yaml`; the first part is the chart's name and not that of its folder. A package has none. */
export async function fileInChart(name: string, entry: Entry, files: Files): Promise<string | undefined> {
  const path = join(entry.path, name.slice(name.indexOf('/') + 1));
  return (await files.kindOf(path)) === 'file' ? path : undefined;
}
