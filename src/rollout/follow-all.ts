import { createRevisionFinder, podLabels, type RevisionFinder } from './find-revisions.ts';
import { followNamespace, type FollowContext, type FollowedNamespace } from './follow-namespace.ts';
import { DeployError } from '../errors.ts';
import type { Tracker } from './tracker.ts';

const FIRST_PAUSE_MILLISECONDS = 200;
const LONGEST_PAUSE_MILLISECONDS = 5000;

/** All namespaces that have rollouts to follow. */
export type Following = {
  /** Starts to follow the namespaces of these trackers that are not followed yet. */
  open(trackers: readonly Tracker[]): void;
  of(namespace: string): FollowedNamespace | undefined;
  /** Finds out revisions that are new, and follows their pods. Not more often than the number of them allows. */
  advance(): void;
  stop(): void;
};

type Followed = {
  readonly namespace: FollowedNamespace;
  readonly revisions: RevisionFinder;
  /** With hundreds of workloads new revisions come one by one: each time they are looked for, the next time is later. */
  pauseMilliseconds: number;
  notBeforeMilliseconds: number;
  isBusy: boolean;
};

export function createFollowing(
  all: readonly Tracker[],
  context: FollowContext,
  spawn: (work: () => Promise<void>) => void,
): Following {
  const followed = new Map<string, Followed>();

  const findRevisions = async (one: Followed): Promise<void> => {
    try {
      if (await one.revisions.find()) {
        one.namespace.followPods(podLabels(one.namespace.trackers));
      }
    } catch (error) {
      if (!(error instanceof DeployError) || error.code === 'cancelled') {
        throw error;
      }
    } finally {
      one.isBusy = false;
    }
  };

  return {
    open: (trackers) => {
      const inNamespaces = trackers.filter(({ pinned }) => pinned.subject.rule !== 'custom');
      for (const name of new Set(inNamespaces.map(({ pinned }) => pinned.subject.namespace))) {
        if (!followed.has(name)) {
          const own = all.filter(({ pinned }) => pinned.subject.namespace === name);
          followed.set(name, {
            namespace: followNamespace(name, own, context),
            revisions: createRevisionFinder(name, own, context.api),
            pauseMilliseconds: FIRST_PAUSE_MILLISECONDS,
            notBeforeMilliseconds: 0,
            isBusy: false,
          });
        }
      }
    },
    of: (name) => followed.get(name)?.namespace,
    advance: () => {
      const now = context.clock.elapsed();
      for (const one of followed.values()) {
        if (!one.isBusy && now >= one.notBeforeMilliseconds && one.revisions.isDue()) {
          one.isBusy = true;
          one.notBeforeMilliseconds = now + one.pauseMilliseconds;
          one.pauseMilliseconds = Math.min(one.pauseMilliseconds * 2, LONGEST_PAUSE_MILLISECONDS);
          spawn(async () => findRevisions(one));
        }
      }
    },
    stop: () => followed.forEach(({ namespace }) => namespace.stop()),
  };
}
