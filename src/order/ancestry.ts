import { compareOnGitHub, type Comparison } from '../github/compare.ts';
import type { OrderPlan } from '../plan/slices.ts';
import type { Ports } from '../ports.ts';
import { isAncestorHere } from './local-history.ts';
import { isCommit, isRepository } from './names.ts';

/** What order needs from the outside: git, GitHub, and pauses. */
export type OrderPorts = Pick<Ports, 'exec' | 'github' | 'clock'>;

/**
 * Whether a commit of the plan's repository is a strict ancestor of another; a commit is not older than itself. Undefined when neither the
 * checkout nor GitHub knows, and for whatever is no full commit id.
 */
export async function isAncestor(
  older: string,
  newer: string,
  plan: OrderPlan,
  ports: OrderPorts,
): Promise<boolean | undefined> {
  const comparison = await compareCommits(older, newer, plan, ports);
  return comparison.kind === 'known' ? comparison.isAncestor : undefined;
}

/** The same, and why it is not known. */
export async function compareCommits(
  older: string,
  newer: string,
  plan: OrderPlan,
  ports: OrderPorts,
): Promise<Comparison> {
  const { github, origin, workspace } = plan;
  if (!isCommit(older) || !isCommit(newer)) {
    return { kind: 'unknown', why: 'one of them is no commit id' };
  }
  if (older === newer) {
    return { kind: 'known', isAncestor: false };
  }
  const here = await isAncestorHere(older, newer, workspace, ports.exec);
  if (here !== undefined) {
    return { kind: 'known', isAncestor: here };
  }
  if (github === undefined || !isRepository(origin.repository)) {
    return { kind: 'unknown', why: 'the checkout does not have the history, and there is no token to ask GitHub with' };
  }
  const [owner = '', repo = ''] = origin.repository.split('/');
  return compareOnGitHub(older, newer, { ...github, owner, repo }, ports);
}
