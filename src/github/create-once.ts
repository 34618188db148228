import { jittered } from '../values/jitter.ts';
import { pause } from './pause.ts';
import type { GitHubPorts, GitHubResult, Trouble } from './ask.ts';

/** What was looked for: there, with its `body`, or not there. */
export type LookedFor = Extract<GitHubResult, { readonly kind: 'ok' }> | { readonly kind: 'none' } | Trouble;

/** Copies of GitHub's data are behind by up to some seconds. */
const PAUSES_SECONDS = [2, 5] as const;

/** Creates what must not be there twice: when nobody knows whether it was created, it is looked for before it is created again. */
export async function createOnce(
  create: () => Promise<GitHubResult>,
  find: () => Promise<LookedFor>,
  ports: GitHubPorts,
): Promise<GitHubResult> {
  let result = await create();
  for (const pauseSeconds of PAUSES_SECONDS) {
    if (result.kind !== 'unavailable' || !result.mayBeDone) {
      return result;
    }
    if (!(await pause(jittered(pauseSeconds, ports.clock.random()), ports))) {
      return result;
    }
    const found = await find();
    if (found.kind !== 'none') {
      return found;
    }
    result = await create();
  }
  return result;
}
