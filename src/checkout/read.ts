import { relative } from 'node:path';
import type { Exec, Ports } from '../ports.ts';
import type { Checkout } from '../values/checkout.ts';
import { changedFiles, fingerprintOf } from './changed-files.ts';
import { git } from './git.ts';

/**
 * Which commit is checked out in the workspace, and whether what lies below the paths (absolute: the context, the Dockerfile) is what that commit
 * has. Untracked files count unless git ignores them. Never fails: without git, without a repository, or for paths outside of it, the answer is
 * `unknown`.
 */
export async function readCheckout(
  paths: readonly string[],
  workspace: string,
  ports: { readonly exec: Pick<Exec, 'run'>; readonly sha256: Ports['sha256'] },
): Promise<Checkout> {
  const inside = paths.map((path) => relative(workspace, path) || '.').filter((path) => !/^\.\.(?:[/\\]|$)/.test(path));
  if (inside.length < paths.length || paths.length === 0) {
    return { kind: 'unknown', why: 'what is built from is not in the workspace' };
  }
  const [commit, entries] = await Promise.all([
    git(['log', '-1', '--no-show-signature', '--format=%H %ct', 'HEAD', '--'], workspace, ports.exec),
    changedFiles(inside, workspace, ports.exec),
  ]);
  if (commit === undefined) {
    return { kind: 'unknown', why: 'there is no git, or it does not answer' };
  }
  const [, head, seconds] = /^([0-9a-f]{40}) (\d+)\s*$/.exec(commit.stdout) ?? [];
  const silence = lastLine(commit.stderr) ?? 'git does not say what is checked out';
  if (head === undefined || entries === undefined) {
    return { kind: 'unknown', why: silence };
  }
  const commitTime = new Date(Number(seconds) * 1000).toISOString();
  if (entries.length === 0) {
    return { kind: 'clean', head, commitTime };
  }
  const top = await git(['rev-parse', '--show-toplevel'], workspace, ports.exec);
  if (top === undefined) {
    return { kind: 'unknown', why: silence };
  }
  const fingerprint = await fingerprintOf(entries, top.stdout.replace(/\n$/, ''), ports);
  return { kind: 'dirty', head, commitTime, files: entries.map(({ path }) => path), fingerprint };
}

function lastLine(text: string): string | undefined {
  const line = text.trim().split('\n').at(-1);
  return line === '' ? undefined : line;
}
