import { join } from 'node:path';
import type { Inputs } from '../inputs/spec.ts';
import { repositoryOf, type ImageReference } from '../values/image.ts';
import { textAt } from '../values/json.ts';
import type { CachePlan } from './build-slices.ts';
import { distinct } from './names.ts';
import type { RunnerFacts } from './runner-facts.ts';
import { branchOf, defaultBranchOf, pullRequestOf } from './tag-facts.ts';
import { inWorkspace } from './paths.ts';

/** A tag has 128 letters at most, and more than the scope is in it. */
const LONGEST_SCOPE = 60;

/** Events that run on a branch for its own sake, so that what they build is of that branch. */
const EVENTS_OF_BRANCHES: readonly string[] = ['push', 'workflow_dispatch', 'repository_dispatch', 'schedule'];

/** Where cached steps come from and go to, by the event. */
export function cachePlan(inputs: Inputs, image: ImageReference | undefined, facts: RunnerFacts): CachePlan {
  const { cache, cacheFrom, cacheTo, cacheRepository, cacheFolder } = inputs;
  if (cacheFrom.length > 0 || cacheTo.length > 0) {
    return { kind: 'raw', from: cacheFrom, to: cacheTo };
  }
  if (cache === 'off') {
    return { kind: 'off' };
  }
  const repository = cacheRepository ?? image;
  const kept = join(facts.toolCacheFolder, 'k8s-deploy-cache', distinct(facts.repository, LONGEST_SCOPE));
  return {
    kind: cache,
    repository: repository === undefined ? '' : repositoryOf(repository),
    ...cacheScopes(facts),
    folder: cacheFolder === undefined ? kept : inWorkspace(cacheFolder, facts.workspace),
  };
}

/** The same cache, of which nothing is written: for what is built and not pushed. */
export function readOnly(cache: CachePlan): CachePlan {
  if (cache.kind === 'off') {
    return cache;
  }
  return cache.kind === 'raw' ? { ...cache, to: [] } : { ...cache, writes: undefined };
}

export type CacheScopes = { readonly reads: readonly string[]; readonly writes: string | undefined };

/**
 * Which caches are read, the nearest first, and which one is written. Nobody writes what others trust more than him: a pull request has a
 * cache of its own, and what runs for a commit of unknown origin writes none.
 */
export function cacheScopes(facts: Pick<RunnerFacts, 'event' | 'ref' | 'baseRef' | 'repository'>): CacheScopes {
  const main = defaultBranchOf(facts);
  const pullRequest = pullRequestOf(facts);
  if (pullRequest !== undefined) {
    const own = `pr-${pullRequest}`;
    const base = textAt(facts.event.payload, 'pull_request', 'base', 'ref') ?? facts.baseRef;
    return { reads: [own, ...scopesOf(base, main)], writes: own };
  }
  switch (facts.event.name) {
    case 'merge_group':
      return {
        reads: scopesOf(branchOf(textAt(facts.event.payload, 'merge_group', 'base_ref') ?? ''), main),
        writes: undefined,
      };
    case 'workflow_run':
      return { reads: scopesOf(main), writes: isPushOf(main, facts) ? scopesOf(main)[0] : undefined };
    default:
      return scopesOfRef(main, facts);
  }
}

function scopesOfRef(main: string | undefined, { event, ref }: Pick<RunnerFacts, 'event' | 'ref'>): CacheScopes {
  const branch = branchOf(ref);
  const isOfBranch = branch !== undefined && (EVENTS_OF_BRANCHES.includes(event.name) || branch === main);
  return isOfBranch
    ? { reads: scopesOf(branch, main), writes: scopesOf(branch)[0] }
    : { reads: scopesOf(main), writes: undefined };
}

/** Whether a workflow_run follows a push to the branch by the repository itself: the commit of any other may be a stranger's. */
function isPushOf(
  branch: string | undefined,
  { event, repository }: Pick<RunnerFacts, 'event' | 'repository'>,
): boolean {
  const text = (...path: readonly string[]): string | undefined => textAt(event.payload, 'workflow_run', ...path);
  return (
    text('event') === 'push' && text('head_branch') === branch && text('head_repository', 'full_name') === repository
  );
}

/** Names that tags can have; branches that look like the scope of a pull request are told apart from it. */
function scopesOf(...branches: readonly (string | undefined)[]): readonly string[] {
  const known = branches.filter((branch): branch is string => branch !== undefined && branch !== '');
  return [
    ...new Set(known.map((branch) => distinct(/^pr-\d+$/.test(branch) ? `branch/${branch}` : branch, LONGEST_SCOPE))),
  ];
}
