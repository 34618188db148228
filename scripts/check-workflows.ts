import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { runOrExit } from './run-command.ts';

/**
 * Checks .github/workflows: each action is pinned by a full SHA with its version beside it, nothing is permitted by default, the gate waits
 * for every job; then actionlint, at the version that the lab pins, has its say.
 */
type Workflow = {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, { readonly needs?: string | readonly string[] }>>;
};

const GATE = 'ci-ok';
const PINNED = /^\s*(?:- )?uses: (?:\.\/|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/;

const root = join(import.meta.dirname, '..');
const files = globSync('.github/workflows/*.yml', { cwd: root }).toSorted();
const problems = files.flatMap((file) =>
  problemsIn(readFileSync(join(root, file), 'utf8')).map((one) => `${file}${one}`),
);
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
runOrExit('go', ['-C', 'test/lab/go/actionlint', 'tool', 'actionlint', ...files.map((file) => join(root, file))], root);
console.log(`check-workflows: ${files.length} workflows are in order`);

function problemsIn(text: string): readonly string[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- actionlint checks the shape
  const workflow = parse(text) as Workflow;
  const unpinned = text
    .split('\n')
    .flatMap((line, index) =>
      /^\s*(- )?uses:/.test(line) && !PINNED.test(line) ? [`:${index + 1}: not pinned by SHA and version`] : [],
    );
  const isOpen = JSON.stringify(workflow.permissions) !== '{}';
  return [...unpinned, ...(isOpen ? [': needs "permissions: {}" at the top'] : []), ...ungated(workflow)];
}

function ungated({ jobs }: Workflow): readonly string[] {
  const gate = jobs[GATE];
  const needed = gate === undefined ? undefined : [gate.needs ?? []].flat();
  return Object.keys(jobs)
    .filter((name) => needed !== undefined && name !== GATE && !needed.includes(name))
    .map((name) => `: ${GATE} does not need ${name}`);
}
