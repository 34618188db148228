import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A repository of git that a workspace is checked out from. Neither the machine's nor the user's settings of git count. */
export type History = {
  /** Adds a commit of this name to the current branch, and returns its id. The same names make the same ids. */
  commit(name: string): string;
  /** Goes on from a commit, on a branch of that name. */
  branch(name: string, from: string): void;
  /** Makes the workspace a clone of all branches, cut off after so many commits of each; without a depth a whole one. */
  checkOut(workspace: string, depth?: number): void;
  /** The parents of each commit. */
  parents(): ReadonlyMap<string, readonly string[]>;
};

/** Neither the machine's nor the user's settings of git count, and all commits are of one moment. */
export const GIT_ENV = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

export function newHistory(folder: string): History {
  mkdirSync(folder, { recursive: true });
  const here = (...args: readonly string[]): string => git(folder, ...args);
  here('init', '--quiet', '--initial-branch=main');
  return {
    commit: (name) => {
      here('commit', '--quiet', '--allow-empty', `--message=${name}`);
      return here('rev-parse', 'HEAD');
    },
    branch: (name, from) => {
      here('checkout', '--quiet', '-b', name, from);
    },
    checkOut: (workspace, depth) => {
      rmSync(join(workspace, '.git'), { recursive: true, force: true });
      git(workspace, 'init', '--quiet', '--initial-branch=nothing');
      const cut = depth === undefined ? [] : [`--depth=${depth}`];
      git(workspace, 'fetch', '--quiet', ...cut, `file://${folder}`, '+refs/heads/*:refs/remotes/origin/*');
    },
    parents: () =>
      new Map(
        here('log', '--all', '--format=%H %P')
          .split('\n')
          .map((line) => {
            const [commit = '', ...parents] = line.trim().split(' ');
            return [commit, parents];
          }),
      ),
  };
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', folder, ...args], { env: GIT_ENV, encoding: 'utf8' }).trim();
}
