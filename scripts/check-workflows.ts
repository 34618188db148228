import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { actionlintFindings } from './checks/actionlint.ts';
import { actionProblems, workflowProblems } from './checks/github-parser.ts';
import { ownProblems } from './checks/own-rules.ts';
import { isWorkflow, printProblem, readWorkflow, type Problem, type WorkflowFile } from './checks/workflow-file.ts';
import { zizmorVerdict } from './checks/zizmor.ts';
import { stampWorkflow } from './stamp-workflow.ts';

/**
 * Checks the workflows of this project, their copies for servers, those of examples, and action.yml: by GitHub's own parser, by the rules of this
 * project, by actionlint and by zizmor. All that is wrong is told at once.
 */
const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const files: readonly WorkflowFile[] = [
  ...globSync('.github/workflows/*.{yml,yaml}', { cwd: root }).map((path) => readWorkflow(path, read(path), 'project')),
  ...globSync('examples/**/{.github/workflows/,}*.{yml,yaml}', { cwd: root })
    .filter((path) => !path.includes('/node_modules/'))
    .flatMap((path) => {
      // Manifests of several documents lie there too.
      const file = /^---$/m.test(read(path)) ? undefined : readWorkflow(path, read(path), 'users');
      return file !== undefined && isWorkflow(file) ? [file] : [];
    }),
].toSorted((one, other) => one.path.localeCompare(other.path));

/** What servers get instead of the workflows that others call. */
const stamped: readonly WorkflowFile[] = files
  .filter(({ path, text }) => path.startsWith('.github/') && /^ *(?:- )?uses: \$\//m.test(text))
  .map(({ path, text }) =>
    readWorkflow(
      `stamped/${basename(path)}`,
      stampWorkflow(text, { repository: 'org/k8s-deploy', ref: 'f'.repeat(40) }),
      'project',
    ),
  );
const checked = [...files, ...stamped];

const problems: readonly Problem[] = [
  ...(await Promise.all(checked.map(workflowProblems))).flat(),
  ...actionProblems({ path: 'action.yml', text: read('action.yml') }),
  ...checked.flatMap(ownProblems),
];
const complaints = [...problems.map(printProblem), ...actionlintFindings(checked), ...zizmorLines()];
if (complaints.length > 0) {
  console.error(complaints.join('\n'));
  process.exit(1);
}
console.log(`check-workflows: ${files.length} workflows, ${stamped.length} stamped copies and action.yml are in order`);

/** Where GitHub runs this there is a pip, so there it has to run. */
function zizmorLines(): readonly string[] {
  const verdict = zizmorVerdict();
  if (verdict.kind === 'findings') return lines(verdict.text);
  if (verdict.kind === 'clean') return [];
  if (process.env['GITHUB_ACTIONS'] === 'true') return [`zizmor did not run: ${verdict.why}`];
  console.error(`check-workflows: zizmor did not run: ${verdict.why}`);
  return [];
}

function lines(text: string): readonly string[] {
  return text.trim() === '' ? [] : text.trimEnd().split('\n');
}
