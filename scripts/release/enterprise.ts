import { parseArgs } from 'node:util';
import { git } from './git.ts';
import { parseVersion } from './version.ts';

/**
 * Commits the stamped workflows that lie in the work tree, on top of the released commit, and pushes that commit as the tag vX.Y.Z-ghes. It is on no
 * branch. Nothing but the files of .github/workflows gets into it.
 *
 *   node scripts/release/enterprise.ts --version v1.2.3
 */
const { values } = parseArgs({
  options: { version: { type: 'string', default: '' }, folder: { type: 'string', default: process.cwd() } },
});
if (parseVersion(values.version) === undefined) throw new Error(`the version "${values.version}" is not like v1.2.3`);
const tag = `${values.version}-ghes`;
git(values.folder, ['add', '--', '.github/workflows']);
if (git(values.folder, ['diff', '--cached', '--name-only']) === '') throw new Error('no workflow was stamped');
const author = [
  '-c',
  'user.name=github-actions[bot]',
  '-c',
  'user.email=41898282+github-actions[bot]@users.noreply.github.com',
];
// The same stamps of the same release are the same commit, so a second attempt pushes what is there already.
const date = git(values.folder, ['show', '--no-patch', '--format=%cI', 'HEAD']);
git(
  values.folder,
  [...author, 'commit', '--quiet', '--date', date, '--message', `${values.version} for GitHub Enterprise Server`],
  { GIT_COMMITTER_DATE: date },
);
// Without force: a released tag never moves, this one neither.
git(values.folder, ['push', 'origin', `HEAD:refs/tags/${tag}`]);
console.log(`release: ${tag} is ${git(values.folder, ['rev-parse', 'HEAD'])}`);
