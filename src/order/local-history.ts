import { DeployError } from '../errors.ts';
import type { CommandResult, Exec } from '../ports.ts';

const TIMEOUT_SECONDS = 30;

/** No question to a person, and nothing fetched for a clone that has left objects out. */
const ENV = { GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1' };

/**
 * Whether a commit is an ancestor of another by the history in the workspace. Undefined when that does not know: a commit is missing, the
 * clone is shallow and has no way from one to the other, there is no repository, or no git.
 */
export async function isAncestorHere(
  older: string,
  newer: string,
  workspace: string,
  exec: Exec,
): Promise<boolean | undefined> {
  const { exitCode } = await git(['merge-base', '--is-ancestor', older, newer], workspace, exec);
  if (exitCode === 0) {
    return true;
  }
  return exitCode === 1 && (await isComplete(workspace, exec)) ? false : undefined;
}

/** Where a clone was cut off, git sees no parents: "not an ancestor" is then no answer. */
async function isComplete(workspace: string, exec: Exec): Promise<boolean> {
  const { exitCode, stdout } = await git(['rev-parse', '--is-shallow-repository'], workspace, exec);
  return exitCode === 0 && stdout.trim() === 'false';
}

/** In a container the checkout often belongs to another user; git honours safe.directory on its command line. */
async function git(words: readonly string[], workspace: string, exec: Exec): Promise<CommandResult> {
  const args = ['--no-replace-objects', '-c', `safe.directory=${workspace}`, '-C', workspace, ...words];
  try {
    return await exec.run({ tool: 'git', args, env: ENV, timeoutSeconds: TIMEOUT_SECONDS });
  } catch (error) {
    if (error instanceof DeployError && error.code === 'tool-unavailable') {
      return { exitCode: 128, stdout: '', stderr: error.message, timedOut: false };
    }
    throw error;
  }
}
