import { DeployError } from '../errors.ts';
import type { GitHubPorts } from '../github/ask.ts';
import { readPullRequest } from '../github/pull-requests.ts';
import { inParallel } from '../kube/parallel.ts';
import type { SweepPlan } from '../plan/preview-slices.ts';
import { decide, type Decision } from './decide.ts';
import { awaitRemoval, removalFact, startRemoval, type DestroyContext } from './destroy.ts';
import type { RemovalFact } from './facts.ts';
import { readSame } from './gone.ts';
import { previewOf, type Preview } from './marks.ts';

const PARALLEL_REMOVALS = 4;

export type SweepContext = Pick<DestroyContext, 'kubectl' | 'api'> & {
  readonly ports: DestroyContext['ports'] & GitHubPorts;
};

/**
 * Has all of them deleted, then waits for all of them together. Each is looked at once more just before, and its pull request too: it may
 * have been opened again. What goes wrong with one keeps none of the others. Throws `cancelled` only.
 */
export async function removeAll(
  decisions: readonly Decision[],
  plan: SweepPlan,
  context: SweepContext,
): Promise<readonly RemovalFact[]> {
  const { clock } = context.ports;
  const started = await inParallel(decisions, PARALLEL_REMOVALS, async (decision) => ({
    decision,
    fact: await told(decision, async () => startOne(decision, plan, context)),
  }));
  const until = clock.elapsed() + plan.timeoutSeconds * 1000;
  return Promise.all(
    started.map(
      async ({ decision: { preview, why }, fact }) => fact ?? (await awaitRemoval(preview, why, until, context)),
    ),
  );
}

/** Undefined: it is leaving. */
async function startOne(
  { preview, why }: Decision,
  plan: SweepPlan,
  context: SweepContext,
): Promise<RemovalFact | undefined> {
  const { api, ports } = context;
  const live = await readSame(preview, api);
  if (live === undefined) {
    return removalFact(preview, why, 'gone', undefined);
  }
  const fresh = previewOf(live);
  if (fresh === undefined || !isSamePreview(fresh, preview)) {
    return removalFact(preview, why, 'kept', 'its labels were changed meanwhile');
  }
  const state = await readPullRequest(plan.access, preview.pullRequest ?? 0, ports);
  const again = decide(fresh, state, { keepLabel: plan.keepLabel, nowMilliseconds: ports.clock.now() });
  if (!again.isRemoved) {
    const detail = again.why === 'open' ? 'its pull request was opened again, or it was deployed anew' : again.detail;
    return removalFact(preview, again.why, 'kept', `meanwhile: ${detail ?? again.why}`);
  }
  return startRemoval(fresh, why, context);
}

function isSamePreview(one: Preview, other: Preview): boolean {
  return one.app === other.app && one.repositoryId === other.repositoryId && one.pullRequest === other.pullRequest;
}

async function told(
  { preview, why }: Decision,
  work: () => Promise<RemovalFact | undefined>,
): Promise<RemovalFact | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DeployError && error.code !== 'cancelled') {
      return removalFact(preview, why, 'stuck', `it was not deleted: ${error.message}`);
    }
    throw error;
  }
}
