import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runOrExit } from './run-command.ts';

/** Fails unless the committed dist/ is, byte for byte, what the sources build. Leaves the right dist/ behind. */
const root = join(import.meta.dirname, '..');
runOrExit(process.execPath, [join(import.meta.dirname, 'build.ts')], root);
const git = spawnSync('git', ['status', '--porcelain', '--untracked-files=all', '--', 'dist'], {
  cwd: root,
  encoding: 'utf8',
});
const changed = git.stdout ?? '';
if (git.status !== 0) {
  console.error(`check-dist: git cannot tell what is committed: ${(git.stderr ?? '').trim()}`);
  process.exitCode = 1;
} else if (changed !== '') {
  console.error(
    `check-dist: the committed dist is not the build of the sources. It is built now: commit it.\n${changed}`,
  );
  process.exitCode = 1;
} else {
  console.log('check-dist: the committed dist is the build of the sources');
}
