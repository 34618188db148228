import { globSync } from 'node:fs';
import { sep } from 'node:path';

/** A group of test files. Those that need a lab run one after the other, because each has the cluster for itself. */
export type Group = { readonly name: string; readonly patterns: readonly string[]; readonly needsLab: boolean };

export const GROUPS: readonly Group[] = [
  { name: 'unit', patterns: ['test/unit/**/*.test.ts'], needsLab: false },
  // The fakes have tests of their own: what a fake does wrong would be true in every test that uses it.
  { name: 'component', patterns: ['test/component/**/*.test.ts', 'test/support/**/*.test.ts'], needsLab: false },
  { name: 'structure', patterns: ['test/structure/**/*.test.ts', 'test/architecture.test.ts'], needsLab: false },
  { name: 'bundle', patterns: ['test/bundle/**/*.test.ts'], needsLab: false },
  { name: 'e2e', patterns: ['test/e2e/**/*.test.ts'], needsLab: true },
];

export const USAGE = `Usage: npm test [-- <group or file>…], with the groups ${GROUPS.map(({ name }) => name).join(', ')}`;

/** Which files to run. `problems` are reasons to end red whatever the files say: nothing that was asked for is left out silently. */
export type Selection = {
  readonly plain: readonly string[];
  readonly onLab: readonly string[];
  readonly problems: readonly string[];
};

/** Understands the words after `npm test --`: names of groups, and test files. Without words all groups run. */
export function select(words: readonly string[], root: string): Selection {
  const all = testFiles('test/**/*.test.ts', root);
  const groups = words.length === 0 ? GROUPS : GROUPS.filter(({ name }) => words.includes(name));
  const named = words.filter((word) => all.includes(word));
  const chosen = groups.map((group) => ({ group, files: group.patterns.flatMap((one) => testFiles(one, root)) }));
  const files = [...new Set([...chosen.flatMap((one) => one.files), ...named])];
  const onLab = new Set(GROUPS.filter(({ needsLab }) => needsLab).flatMap(({ patterns }) => filesOf(patterns, root)));
  return {
    plain: files.filter((file) => !onLab.has(file)),
    onLab: files.filter((file) => onLab.has(file)),
    problems: [
      ...words.filter((word) => !isKnown(word, all)).map((word) => `"${word}" is neither a group nor a test file`),
      ...chosen.filter((one) => one.files.length === 0).map(({ group }) => `there are no ${group.name} tests`),
      ...(words.length === 0 ? withoutGroup(all, root) : []),
    ],
  };
}

function isKnown(word: string, files: readonly string[]): boolean {
  return files.includes(word) || GROUPS.some(({ name }) => name === word);
}

function withoutGroup(files: readonly string[], root: string): readonly string[] {
  const known = new Set(GROUPS.flatMap(({ patterns }) => filesOf(patterns, root)));
  return files.filter((file) => !known.has(file)).map((file) => `${file} belongs to no group, so nobody runs it`);
}

function filesOf(patterns: readonly string[], root: string): readonly string[] {
  return patterns.flatMap((pattern) => testFiles(pattern, root));
}

function testFiles(pattern: string, root: string): readonly string[] {
  return globSync(pattern, { cwd: root })
    .map((file) => file.replaceAll(sep, '/'))
    .toSorted();
}
