import { DeployError } from '../errors.ts';
import type { EventFacts } from '../inputs/event.ts';
import type { Checkout } from '../values/checkout.ts';
import type { CheckoutPlan } from './checkout-slice.ts';
import type { Inputs } from '../inputs/spec.ts';

/** They neither build nor deploy what the event is about. */
const WITHOUT_CODE: readonly Inputs['command'][] = ['destroy', 'sweep', 'matrix', 'collect'];

/**
 * Throws `untrusted-code` where a run that has secrets would build, render or deploy another repository's commit: whoever wrote it could read
 * them. A restricted run is let through: it has none.
 */
export function assertTrusted(command: Inputs['command'], { sha, trust, whyNot }: EventFacts): void {
  if (trust !== 'untrusted' || WITHOUT_CODE.includes(command)) {
    return;
  }
  throw new DeployError(
    'untrusted-code',
    `${sha.slice(0, 7)} is not deployed by a run that has secrets: ${whyNot ?? ''}`,
    {
      hint: 'Let pull requests of forks run on pull_request, where they are built and neither pushed nor deployed, or push the commit to a branch of this repository. The input sha: ${{ github.sha }} deploys the commit of this repository that the run itself is of.',
    },
  );
}

/**
 * Throws `untrusted-code` when the event is about another repository's commits, and the workspace is not at the commit of ours that is deployed: then
 * it has theirs, as far as anybody knows. What a workflow has put there beside the commit is its own affair.
 */
export function assertOwnCheckout({ heads }: CheckoutPlan, checkout: Checkout): void {
  const [sha = ''] = heads;
  if (checkout.kind !== 'unknown' && checkout.head === sha) {
    return;
  }
  const found = checkout.kind === 'unknown' ? `an unknown commit (${checkout.why})` : checkout.head;
  throw new DeployError(
    'untrusted-code',
    `This event is about another repository's commits; ${sha} is to be deployed, and the workspace is at ${found}`,
    { hint: `Check out what is deployed: actions/checkout with ref: ${sha}.` },
  );
}
