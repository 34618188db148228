import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { git } from '../../../scripts/release/git.ts';
import { moveTag, remoteTags } from '../../../scripts/release/moving-tag.ts';
import { ROOT } from '../../support/source-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

type Place = { readonly clone: string; readonly commits: readonly string[] };

/** A remote with four commits on main, and a clone of it. */
async function place(t: TestContext): Promise<Place> {
  const folder = await temporaryFolder(t);
  const clone = join(folder, 'clone');
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', join(folder, 'remote.git')]);
  execFileSync('git', ['clone', '--quiet', join(folder, 'remote.git'), clone], { stdio: 'pipe' });
  git(clone, ['checkout', '--quiet', '-b', 'main']);
  git(clone, ['config', 'user.name', 'Test']);
  git(clone, ['config', 'user.email', 'test@example.com']);
  mkdirSync(join(clone, '.github/workflows'), { recursive: true });
  writeFileSync(join(clone, '.github/workflows/deploy.yml'), 'uses: $/\n');
  writeFileSync(join(clone, 'package.json'), '{"version":"1.3.0"}\n');
  writeFileSync(join(clone, 'CHANGELOG.md'), '## 1.3.0 - 2026-11-30\n\n- A thing\n');
  git(clone, ['add', '.']);
  const commits = [1, 2, 3, 4].map((number) => {
    git(clone, ['commit', '--quiet', '--allow-empty', '--message', String(number)]);
    return git(clone, ['rev-parse', 'HEAD']);
  });
  git(clone, ['push', '--quiet', 'origin', 'main']);
  return { clone, commits };
}

const release = (clone: string, tag: string, commit: string): string =>
  git(clone, ['push', '--quiet', 'origin', `${commit}:refs/tags/${tag}`]);
const script = (name: string, args: readonly string[]): ReturnType<typeof spawnSync> & { readonly stderr: string } =>
  spawnSync(process.execPath, [join(ROOT, 'scripts/release', name), ...args], { encoding: 'utf8' });
const version = (minor: number): { readonly major: 1; readonly minor: number; readonly patch: 0 } => ({
  major: 1,
  minor,
  patch: 0,
});

test('v1 follows each release of its major version, and never goes back', async (t) => {
  const { clone, commits } = await place(t);
  const [first = '', second = '', third = ''] = commits;
  release(clone, 'v1.0.0', first);
  assert.equal(moveTag(clone, version(0), '').kind, 'move');
  assert.equal(remoteTags(clone).commits.get('v1'), first);

  release(clone, 'v1.1.0', second);
  release(clone, 'v2.0.0', third);
  assert.equal(moveTag(clone, version(1), '').kind, 'move');
  assert.equal(remoteTags(clone).commits.get('v1'), second);

  assert.deepEqual(moveTag(clone, version(0), ''), { kind: 'stay', why: 'v1.1.0 is newer than v1.0.0' });
  assert.equal(remoteTags(clone).commits.get('v1'), second);
  assert.equal(remoteTags(clone).commits.get('v2'), undefined);
});

test('annotated tags are followed to their commits', async (t) => {
  const { clone, commits } = await place(t);
  const [first = '', second = ''] = commits;
  git(clone, ['tag', '--annotate', '--message', 'moving', 'v1', first]);
  git(clone, ['tag', '--annotate', '--message', 'released', 'v1.1.0', second]);
  git(clone, ['push', '--quiet', 'origin', 'v1', 'v1.1.0']);

  assert.deepEqual(moveTag(clone, version(1), ''), { kind: 'move', tag: 'v1', from: first, to: second });
  assert.equal(remoteTags(clone).commits.get('v1'), second);
});

test('a tag that somebody else moves at the same time is not overwritten', async (t) => {
  const { clone, commits } = await place(t);
  const [first = '', second = '', third = ''] = commits;
  release(clone, 'v1', first);
  release(clone, 'v1.1.0', second);
  // Between the look and the push: git asks this hook, and there the other one is quicker.
  const hook = join(clone, '.git/hooks/pre-push');
  writeFileSync(hook, `#!/bin/sh\ngit -C "$(git config remote.origin.url)" update-ref refs/tags/v1 ${third}\n`, {
    mode: 0o755,
  });

  assert.throws(() => moveTag(clone, version(1), ''), /stale info|rejected/);
  assert.equal(remoteTags(clone).commits.get('v1'), third);
});

test('the script says what it has moved, and refuses a version that is none', async (t) => {
  const { clone, commits } = await place(t);
  const [first = ''] = commits;
  release(clone, 'v1.0.0', first);

  const moved = script('move-tag.ts', ['--version', 'v1.0.0', '--folder', clone]);
  assert.equal(moved.stdout, `release: v1 moves from nowhere to ${first}\n`);
  assert.equal(script('move-tag.ts', ['--version', 'main', '--folder', clone]).status, 1);
});

test('the check tells all that forbids a release of the commit that is checked out, or that nothing does', async (t) => {
  const { clone, commits } = await place(t);
  const commit = commits.at(-1) ?? '';
  const runs = join(clone, '../runs.json');
  const args = ['--version', 'v1.3.0', '--ref', 'refs/heads/main', '--runs', runs, '--folder', clone];
  const run = { head_sha: commit, conclusion: 'success', run_started_at: '2026-11-30T10:00:00Z' };

  writeFileSync(runs, JSON.stringify({ workflow_runs: [run] }));
  const fine = script('check.ts', args);
  assert.deepEqual([fine.status, fine.stdout], [0, `release: v1.3.0 may be made of ${commit}\n`]);

  writeFileSync(runs, JSON.stringify({ workflow_runs: [{ ...run, conclusion: 'failure' }] }));
  git(clone, ['tag', 'v1.4.0']);
  const refused = script('check.ts', args);
  assert.equal(refused.status, 1);
  assert.equal(
    refused.stderr,
    `release: v1.3.0 is older than v1.4.0, which is released\nrelease: ci on ${commit} is failure, not success\n`,
  );
});

test('the copy for enterprise servers is one commit on top of the release, with workflows only, and the same at a second attempt', async (t) => {
  const { clone, commits } = await place(t);
  const commit = commits.at(-1) ?? '';
  const stamp = (): ReturnType<typeof script> => {
    git(clone, ['checkout', '--quiet', '--force', '--detach', commit]);
    writeFileSync(join(clone, '.github/workflows/deploy.yml'), `uses: org/k8s-deploy@${commit}\n`);
    writeFileSync(join(clone, 'package.json'), '{"version":"9.9.9"}\n');
    return script('enterprise.ts', ['--version', 'v1.3.0', '--folder', clone]);
  };

  assert.equal(stamp().status, 0);
  const stamped = remoteTags(clone).commits.get('v1.3.0-ghes') ?? '';
  assert.equal(git(clone, ['rev-parse', `${stamped}^`]), commit);
  assert.equal(git(clone, ['diff', '--name-only', commit, stamped]), '.github/workflows/deploy.yml');
  assert.equal(stamp().status, 0);
  assert.equal(remoteTags(clone).commits.get('v1.3.0-ghes'), stamped);

  git(clone, ['checkout', '--quiet', '--force', '--detach', commit]);
  const unstamped = script('enterprise.ts', ['--version', 'v1.3.0', '--folder', clone]);
  assert.match(unstamped.stderr, /no workflow was stamped/);
});
