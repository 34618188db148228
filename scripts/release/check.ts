import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { git } from './git.ts';
import { problemsWith } from './readiness.ts';

/**
 * Fails, with all reasons, when a version may not be released of the commit that is checked out.
 *
 *   node scripts/release/check.ts --version v1.2.3 --ref refs/heads/main --runs FILE
 *
 * FILE has what GitHub answers to `GET /repos/OWNER/REPO/actions/workflows/ci.yml/runs?head_sha=SHA&event=push&branch=main`.
 */
const { values } = parseArgs({
  options: {
    version: { type: 'string', default: '' },
    ref: { type: 'string', default: '' },
    runs: { type: 'string', default: '' },
    folder: { type: 'string', default: join(import.meta.dirname, '../..') },
  },
});
const read = (path: string): string => readFileSync(join(values.folder, path), 'utf8');
const commit = git(values.folder, ['rev-parse', 'HEAD']);
const packageFile: unknown = JSON.parse(read('package.json'));
const problems = problemsWith({
  version: values.version,
  ref: values.ref,
  commit,
  packageVersion: String(Object(packageFile).version),
  changelog: read('CHANGELOG.md'),
  tags: git(values.folder, ['tag', '--list']).split('\n'),
  runs: JSON.parse(readFileSync(values.runs, 'utf8')),
});
for (const problem of problems) console.error(`release: ${problem}`);
if (problems.length === 0) console.log(`release: ${values.version} may be made of ${commit}`);
process.exitCode = problems.length === 0 ? 0 : 1;
