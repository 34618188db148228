import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parse } from 'yaml';
import { git } from '../../../scripts/release/git.ts';
import { objectsAt, textAt } from '../../../src/values/json.ts';
import { ROOT } from '../../support/source-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** The step of a workflow as it stands there, run by bash as a runner does, with a `gh` and an `unzip` that hand out an artifact. */
type Scene = { readonly folder: string; readonly clone: string };

const TAKEN = {
  'dependabot-dist.yml': { job: 'commit', step: 'The dist of the patch, and nothing else of it', file: 'dist.patch' },
  'refresh-checksums.yml': {
    job: 'pull-request',
    step: 'The tables and dist of the patch, and nothing else of it',
    file: 'refreshed.patch',
  },
} as const;

async function scene(t: TestContext): Promise<Scene> {
  const folder = await temporaryFolder(t);
  const clone = join(folder, 'clone');
  mkdirSync(join(clone, 'dist'), { recursive: true });
  mkdirSync(join(clone, 'src/tools'), { recursive: true });
  mkdirSync(join(clone, '.github/workflows'), { recursive: true });
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', clone]);
  for (const path of ['dist/index.js', 'package.json', 'src/main.ts', 'src/tools/checksum-table.json']) {
    writeFileSync(join(clone, path), 'old\n');
  }
  writeFileSync(join(clone, '.github/workflows/ci.yml'), 'old\n');
  git(clone, ['add', '.']);
  git(clone, ['-c', 'user.name=T', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--message', 'first']);
  return { folder, clone };
}

/** What a bad build may hand over: a patch of everything that is different in the work tree, and text of its own behind it. */
function patchOf({ clone }: Scene, more = ''): string {
  git(clone, ['add', '--intent-to-add', '.']);
  const patch = execFileSync('git', ['diff', '--binary'], { cwd: clone, encoding: 'utf8' });
  git(clone, ['reset', '--quiet', '--hard']);
  git(clone, ['clean', '--quiet', '-fd']);
  return `${patch}${more}`;
}

function take(
  workflow: keyof typeof TAKEN,
  { folder, clone }: Scene,
  patch: string,
): { status: number | null; stderr: string } {
  const { job, step, file } = TAKEN[workflow];
  const jobs: unknown = parse(readFileSync(join(ROOT, '.github/workflows', workflow), 'utf8'));
  const run = objectsAt(jobs, 'jobs', job, 'steps').find((one) => textAt(one, 'name') === step);
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(folder, file), patch);
  writeFileSync(join(folder, 'changes.txt'), 'changes\n');
  writeFileSync(join(bin, 'gh'), '#!/bin/sh\necho archive\n', { mode: 0o755 });
  writeFileSync(join(bin, 'unzip'), `#!/bin/sh\ntest "$1" = -p && cat "${folder}/$3"\n`, { mode: 0o755 });
  const temp = join(folder, 'temp');
  mkdirSync(temp, { recursive: true });
  return spawnSync('bash', ['-e', '-c', textAt(run, 'run') ?? 'exit 99'], {
    cwd: clone,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      RUNNER_TEMP: temp,
      GITHUB_REPOSITORY: 'org/k8s-deploy',
      ARTIFACT: '1',
    },
  });
}

const change = (clone: string, path: string): void => writeFileSync(join(clone, path), 'new\n');
const staged = (clone: string): readonly string[] => git(clone, ['diff', '--cached', '--name-only']).split('\n');

test('of the patch of a Dependabot pull request dist is taken, with new files, and nothing else', async (t) => {
  const place = await scene(t);
  change(place.clone, 'dist/index.js');
  change(place.clone, 'dist/post.js');
  for (const path of ['package.json', 'src/main.ts', '.github/workflows/ci.yml', 'extra.sh']) change(place.clone, path);

  const { status, stderr } = take('dependabot-dist.yml', place, patchOf(place));
  assert.equal(status, 0, stderr);
  assert.deepEqual(staged(place.clone), ['dist/index.js', 'dist/post.js']);
  assert.equal(readFileSync(join(place.clone, 'dist/index.js'), 'utf8'), 'new\n');
  assert.equal(git(place.clone, ['status', '--porcelain']), 'M  dist/index.js\nA  dist/post.js');
});

test('of the patch of refreshed sums dist and the tables are taken, and nothing else', async (t) => {
  const place = await scene(t);
  for (const path of ['dist/index.js', 'src/tools/checksum-table.json', 'src/main.ts', 'package.json']) {
    change(place.clone, path);
  }

  const { status, stderr } = take('refresh-checksums.yml', place, patchOf(place));
  assert.equal(status, 0, stderr);
  assert.deepEqual(staged(place.clone), ['dist/index.js', 'src/tools/checksum-table.json']);
});

const added = (path: string, mode: string, line: string): string =>
  `diff --git a/${path} b/${path}\nnew file mode ${mode}\nindex 0000000..3e75765\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${line}\n`;

for (const [what, why, more] of [
  ['out of the work tree', /invalid path/, added('dist/../../evil.sh', '100644', 'evil')],
  ['into .git', /invalid path/, added('dist/../.git/hooks/pre-commit', '100755', 'evil')],
  [
    'through a link of its own',
    /beyond a symbolic link/,
    `${added('dist/link', '120000', '../.git/hooks').replace('+../.git/hooks\n', '+../.git/hooks\n\\ No newline at end of file\n')}${added('dist/link/pre-commit', '100755', 'evil')}`,
  ],
] as const) {
  test(`a patch that leads ${what} is refused, and nothing of it is there`, async (t) => {
    const place = await scene(t);
    change(place.clone, 'dist/index.js');

    const { status, stderr } = take('dependabot-dist.yml', place, patchOf(place, more));
    assert.notEqual(status, 0);
    assert.match(stderr, why);
    assert.equal(git(place.clone, ['status', '--porcelain']), '');
    assert.equal(existsSync(join(place.folder, 'evil.sh')), false);
    assert.equal(existsSync(join(place.clone, '.git/hooks/pre-commit')), false);
  });
}
