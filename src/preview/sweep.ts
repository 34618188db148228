import { DeployError, type Problem } from '../errors.ts';
import type { SweepPlan } from '../plan/preview-slices.ts';
import { decideSweep, type Decision } from './decide.ts';
import { becauseOf, removalFact } from './destroy.ts';
import type { RemovalFact } from './facts.ts';
import { listPreviews } from './list.ts';
import { assertSameRepository, readPullRequests } from './pull-requests.ts';
import { removeAll, type SweepContext } from './remove.ts';

/**
 * Removes the previews that nobody needs any more. All of it is decided, and told to `decided`, before the first is deleted; the facts at the
 * end are in the same order. Where GitHub cannot be asked about each pull request nothing is removed: `github-unavailable` then, after
 * `decided`. A namespace that stays is a fact (`failureOfStuck`). Throws what the API server's answers come to, and `cancelled`.
 */
export async function sweep(
  plan: SweepPlan,
  context: SweepContext,
  decided: (facts: readonly RemovalFact[]) => void,
): Promise<readonly RemovalFact[]> {
  const { ports } = context;
  await assertSameRepository(plan, ports);
  const previews = await listPreviews(plan, context.api);
  const states = await readPullRequests(
    previews.flatMap(({ pullRequest }) => pullRequest ?? []),
    plan,
    ports,
  );
  const decisions = decideSweep(previews, states, { keepLabel: plan.keepLabel, nowMilliseconds: ports.clock.now() });
  const unknown = [...states].flatMap(([number, state]) =>
    state.kind === 'unknown' ? [{ number, why: state.why }] : [],
  );
  if (unknown.length > 0) {
    decided(decisions.map(keptForNow));
    throw blindFailure(unknown, plan);
  }
  const planned = decisions.map(plannedFact);
  decided(planned);
  if (plan.isDryRun) {
    return planned;
  }
  const leaving = decisions.filter(({ isRemoved }) => isRemoved);
  const removed = await removeAll(leaving, plan, context);
  return planned.map((fact) => removed.find(({ namespace }) => namespace === fact.namespace) ?? fact);
}

function plannedFact({ preview, isRemoved, why, detail }: Decision): RemovalFact {
  return removalFact(preview, why, isRemoved ? 'would-be-removed' : 'kept', detail);
}

/** What would have been removed, had GitHub told everything. */
function keptForNow({ preview, why, detail }: Decision): RemovalFact {
  return removalFact(preview, why, 'kept', detail ?? `${becauseOf(preview.pullRequest, why)}, and not all is known`);
}

function blindFailure(
  unknown: readonly { readonly number: number; readonly why: string }[],
  { repository }: SweepPlan,
): DeployError {
  const hint = 'Run it again, and see that github-token has the permission pull-requests: read.';
  const failed = 'Nothing is removed: GitHub could not be asked about';
  const [only, ...others] = unknown;
  if (only !== undefined && others.length === 0) {
    const message = `${failed} pull request ${only.number} of ${repository}: ${only.why}`;
    return new DeployError('github-unavailable', message, { hint });
  }
  const problems = unknown.map(({ number, why }): Problem => ({ message: `pull request ${number}: ${why}` }));
  return new DeployError('github-unavailable', `${failed} ${problems.length} pull requests of ${repository}`, {
    hint,
    problems,
  });
}
