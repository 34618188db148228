import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');
export const SRC = join(ROOT, 'src');

export type SourceFile = {
  /** Relative to src, "apply/run.ts". */
  readonly path: string;
  readonly text: string;
  /** The text without comments and without the contents of plain strings. */
  readonly code: string;
  /** Specifiers of imports and re-exports; those of files of ours relative to src. */
  readonly imports: readonly string[];
};

export function sourceFiles(): readonly SourceFile[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .toSorted()
    .map((path) => {
      const text = readFileSync(join(SRC, path), 'utf8');
      return { path, text, code: codeOf(text), imports: importsOf(text, path) };
    });
}

function importsOf(text: string, path: string): readonly string[] {
  const statements = text.matchAll(
    /^(?:import|export)\b[^;]*?from '([^']+)';|^import '([^']+)';|\bimport\('([^']+)'\)/gm,
  );
  return [...statements].map(([, from, bare, lazy]) => {
    const specifier = from ?? bare ?? lazy ?? '';
    return specifier.startsWith('.') ? relative(SRC, join(SRC, dirname(path), specifier)) : specifier;
  });
}

function codeOf(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replaceAll(/(^|[^:])\/\/.*$/gm, '$1');
}
