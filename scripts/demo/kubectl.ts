import { run } from '../../test/lab/command.ts';
import type { Lab } from '../../test/lab/lab.ts';

/** The demo's own look at the cluster, which does not trust the action. */
export async function kubectl(lab: Lab, ...args: readonly string[]): Promise<string> {
  return run(['kubectl', ...args], { env: lab.env });
}

export async function kubectlJson(lab: Lab, ...args: readonly string[]): Promise<unknown> {
  return JSON.parse(await kubectl(lab, ...args, '--output=json'));
}
