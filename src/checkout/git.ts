import { DeployError } from '../errors.ts';
import type { CommandResult, Exec } from '../ports.ts';

const TIMEOUT_SECONDS = 60;

/** No question to a person, nothing fetched for a clone that has left objects out, no lock that an interrupted run would leave. */
const ENV = { GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_OPTIONAL_LOCKS: '0' };

/**
 * Runs git in a folder; undefined when it fails or is not there. In a container the checkout often belongs to another user, which git honours
 * on its command line only. Paths are taken as they are, never as patterns.
 */
export async function git(
  words: readonly string[],
  folder: string,
  exec: Pick<Exec, 'run'>,
  stdin?: string,
): Promise<CommandResult | undefined> {
  const options = [
    '--no-replace-objects',
    '--literal-pathspecs',
    '-c',
    'safe.directory=*',
    '-c',
    'core.fsmonitor=false',
  ];
  const args = [...options, '-C', folder, ...words];
  try {
    const result = await exec.run({ tool: 'git', args, stdin, env: ENV, timeoutSeconds: TIMEOUT_SECONDS });
    return result.timedOut ? undefined : result;
  } catch (error) {
    if (error instanceof DeployError && error.code === 'tool-unavailable') {
      return undefined;
    }
    throw error;
  }
}
