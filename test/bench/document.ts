import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const DOCUMENT = join(ROOT, 'docs/benchmarks.md');

/** The sections of docs/benchmarks.md, in their order. Each is written by the command of its name and left alone by the others. */
const SECTIONS = ['red', 'patience', 'cost', 'apply', 'build'] as const;
export type Section = (typeof SECTIONS)[number];

const HEAD = `# Benchmarks

Written by \`npm run bench:red\`, \`bench:patience\`, \`bench:cost\`, \`bench:apply\` and \`bench:build\`, a section each, on a lab of their own: real
pods on a real kubelet, or fake nodes where it says so, a real registry and a real BuildKit. Two cores. [test/bench](../test/bench/README.md) says
what is measured and how, and has the seconds of a deploy.
`;

const start = (name: Section): string => `<!-- ${name}:start -->`;
const end = (name: Section): string => `<!-- ${name}:end -->`;

/** Writes one section, a text in Markdown, between its marks. */
export function writeSection(name: Section, text: string): void {
  const before = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '';
  const texts = SECTIONS.map((section) => {
    const body = section === name ? text.trim() : contentOf(section, before);
    return `${start(section)}\n\n${body}\n\n${end(section)}\n`;
  });
  writeFileSync(DOCUMENT, [HEAD, ...texts].join('\n'));
  execFileSync(process.execPath, [join(ROOT, 'node_modules/prettier/bin/prettier.cjs'), '--write', DOCUMENT]);
}

function contentOf(name: Section, document: string): string {
  const [, after = ''] = document.split(start(name));
  return (after.split(end(name))[0] ?? '').trim();
}

export type Cell = string | number;

/** A table in Markdown; prettier makes its columns even. */
export function markdownTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => `| ${cells.map(String).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** "2026-11-21", of today. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
