import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const EXAMPLE = join(import.meta.dirname, '../../examples/shop/server');

/** A clone of an application, at its newest commit. */
export type BuildWorkspace = {
  readonly folder: string;
  /** Relative to the folder. */
  readonly context: string;
  readonly sha: string;
  readonly committedAt: string;
};

export type BuildHistory = {
  /** Another commit: with new source, or with none of what the image is built from changed. */
  commit(change: 'source' | 'nothing'): BuildWorkspace;
  remove(): void;
};

/** The server of the example in a repository of its own, whose source is like no other's. */
export function buildHistory(): BuildHistory {
  const folder = mkdtempSync(join(tmpdir(), 'bench-workspace-'));
  const context = 'server';
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
  cpSync(EXAMPLE, join(folder, context), { recursive: true });
  git('init', '--quiet', '--initial-branch=main');
  let commits = 0;
  return {
    commit: (change) => {
      commits += 1;
      if (change === 'source') {
        appendFileSync(join(folder, context, 'src/main.js'), `// ${process.pid} ${commits} ${performance.now()}\n`);
      }
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', `--message=${commits}`);
      return { folder, context, sha: git('rev-parse', 'HEAD'), committedAt: git('log', '-1', '--format=%cI') };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
