import type { TestContext } from 'node:test';
import type { Lab } from '../lab/lab.ts';

/** Whether a test may take the API server away; skips it, and says why, where it may not. */
export function canStopApi(context: TestContext, lab: Lab): boolean {
  const can = lab.provider === 'native';
  if (!can) {
    context.skip(`the API server of the ${lab.provider} lab cannot be stopped`);
  }
  return can;
}
