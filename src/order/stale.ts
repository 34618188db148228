import { DeployError } from '../errors.ts';
import { describeObject, isKubeObject } from '../kube/object.ts';
import { OWN_ANNOTATIONS } from '../kube/own-annotations.ts';
import type { OrderPlan } from '../plan/slices.ts';
import { textAt, type JsonObject } from '../values/json.ts';
import { compareCommits, type OrderPorts } from './ancestry.ts';
import { isCommit, isRepository } from './names.ts';

/** Which commit an object of the cluster was last changed by, as its annotations say. */
export type LiveOrigin = {
  /** "Deployment/server in shop" */
  readonly name: string;
  /** All 40 digits. */
  readonly commit: string;
  /** owner/name */
  readonly repository: string;
  /** URL of the workflow run, where that is known. */
  readonly run: string | undefined;
};

/** Whether a deploy would take the cluster back to an older commit. */
export type OrderVerdict =
  | { readonly kind: 'in-order' }
  /** What is live was made from a descendant of our commit. */
  | { readonly kind: 'stale'; readonly live: LiveOrigin }
  /** `why` is a clause without a full stop. */
  | { readonly kind: 'unknown'; readonly live: LiveOrigin; readonly why: string };

const QUESTIONS_AT_ONCE = 5;

const RUN_URL = /^https?:\/\/[^\s"'<>]{1,300}$/;

/** The origins of the objects that have one. Anybody may write annotations, so whatever is no commit of a repository is ignored. */
export function liveOriginsOf(objects: readonly JsonObject[]): readonly LiveOrigin[] {
  return objects.flatMap((object) => {
    const annotation = (name: string): string => textAt(object, 'metadata', 'annotations', name) ?? '';
    const [commit, repository] = [annotation(OWN_ANNOTATIONS.commit), annotation(OWN_ANNOTATIONS.repository)];
    const run = annotation(OWN_ANNOTATIONS.run);
    return isKubeObject(object) && isCommit(commit) && isRepository(repository)
      ? [{ name: describeObject(object), commit, repository, run: RUN_URL.test(run) ? run : undefined }]
      : [];
  });
}

/**
 * Compares our commit with the commits that are live. Other repositories have no order with ours and are left out, and our own commit is in order. One
 * newer commit is enough for `stale`, whatever is not known of the others. What follows from that, and `allowDowngrade`, is up to the caller.
 */
export async function compareWithLive(
  origins: readonly LiveOrigin[],
  plan: OrderPlan,
  ports: OrderPorts,
): Promise<OrderVerdict> {
  const comparable = distinctOnes(origins, plan);
  let unknown: OrderVerdict | undefined;
  for (let start = 0; start < comparable.length; start += QUESTIONS_AT_ONCE) {
    const batch = comparable.slice(start, start + QUESTIONS_AT_ONCE);
    const verdicts = await Promise.all(batch.map(async (live) => verdictOn(live, plan, ports)));
    const stale = verdicts.find(({ kind }) => kind === 'stale');
    if (stale !== undefined) {
      return stale;
    }
    unknown ??= verdicts.find(({ kind }) => kind === 'unknown');
  }
  return unknown ?? { kind: 'in-order' };
}

/** The failure of a deploy that is stale: it names what is live, and the run that brought it. */
export function staleFailure({ live }: Extract<OrderVerdict, { kind: 'stale' }>, plan: OrderPlan): DeployError {
  return new DeployError('stale', `${shortCommit(plan.origin.commit)} is older than ${described(live)}`, {
    hint: 'To go back on purpose, set allow-downgrade: true.',
  });
}

async function verdictOn(live: LiveOrigin, plan: OrderPlan, ports: OrderPorts): Promise<OrderVerdict> {
  const comparison = await compareCommits(plan.origin.commit, live.commit, plan, ports);
  if (comparison.kind === 'unknown') {
    return { kind: 'unknown', live, why: comparison.why };
  }
  return comparison.isAncestor ? { kind: 'stale', live } : { kind: 'in-order' };
}

/** The first object of each commit; the names of repositories on GitHub differ in more than upper and lower case. */
function distinctOnes(origins: readonly LiveOrigin[], { origin }: OrderPlan): readonly LiveOrigin[] {
  const ours = origin.repository.toLowerCase();
  const comparable = origins.filter(({ repository }) => repository.toLowerCase() === ours);
  return [...Map.groupBy(comparable, ({ commit }) => commit).values()].flatMap((group) => group.slice(0, 1));
}

function described(live: LiveOrigin): string {
  return `${shortCommit(live.commit)}, which is live in ${live.name}${live.run === undefined ? '' : ` (run ${live.run})`}`;
}

function shortCommit(commit: string): string {
  return commit.slice(0, 7);
}
