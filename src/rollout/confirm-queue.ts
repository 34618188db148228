import { DeployError } from '../errors.ts';
import { askKubectl, isKnownToKubectl, judgeByRead, type Judged } from './ask-kubectl.ts';
import { prove } from './prove.ts';
import { collectionOf } from './read.ts';
import { announce, type Session } from './session.ts';
import type { Tracker } from './tracker.ts';

/** After kubectl saw it otherwise, or could not be asked. */
const REST_MILLISECONDS = 1000;

/** One kubectl looks at ten objects at once, and then at five a second (the rate limit of client-go). */
const MOST_OF_ONE_KUBECTL = 10;

/** Processes of kubectl beside each other. */
const MOST_KUBECTLS = 3;

/** Starting a kubectl costs more than what it looks at: who is done early waits so long for others to share it with. */
const COMPANY_MILLISECONDS = 2000;

/**
 * Lets others confirm what looks done: first kubectl, then the digests of the pods. Few processes of kubectl run at a time; what becomes
 * done meanwhile shares the next one.
 */
export type ConfirmQueue = { advance(): void };

export function createConfirmQueue(session: Session): ConfirmQueue {
  const beingJudged = new Set<Tracker>();
  const beingProven = new Set<string>();
  let kubectls = 0;

  const judge = (group: readonly Tracker[], work: () => Promise<readonly Judged[]>): void => {
    group.forEach((tracker) => beingJudged.add(tracker));
    session.spawn(async () => {
      await orWatchAgain(group, session, async () => (await work()).forEach((judged) => conclude(judged, session)));
      group.forEach((tracker) => beingJudged.delete(tracker));
    });
  };

  const isForKubectl = (tracker: Tracker): boolean =>
    isKnownToKubectl(tracker) && !session.unlistable.has(collectionOf(tracker.pinned.subject));

  const judgeByKubectl = (group: readonly Tracker[]): void => {
    kubectls += 1;
    judge(group, async () =>
      askKubectl(group, session.context).finally(() => {
        kubectls -= 1;
      }),
    );
  };

  /** Few rollouts are asked about at once each. Of many one waits for others, until nobody is left to come, or it has waited long enough. */
  const isTimeFor = (namespace: string, waiting: readonly Tracker[]): boolean => {
    const now = session.context.ports.clock.elapsed();
    const neighbours = session.trackers.filter((tracker) => namespaceOf(tracker) === namespace);
    const isMoreToCome = neighbours.some(({ stage, isSuspect }) => stage.kind === 'watching' && !isSuspect);
    return (
      neighbours.length <= MOST_OF_ONE_KUBECTL ||
      !isMoreToCome ||
      waiting.some((tracker) => now - sinceOf(tracker) >= COMPANY_MILLISECONDS)
    );
  };

  const proveAll = (namespace: string, group: readonly Tracker[]): void => {
    beingProven.add(namespace);
    session.spawn(async () => {
      await orWatchAgain(group, session, async () => prove(namespace, group, session));
      beingProven.delete(namespace);
    });
  };

  return {
    advance: () => {
      const waiting = session.trackers.filter((one) => one.stage.kind === 'confirming' && !beingJudged.has(one));
      waiting
        .filter((tracker) => !isForKubectl(tracker))
        .forEach((tracker) => judge([tracker], async () => [await judgeByRead(tracker, session.context)]));
      const forKubectl = Map.groupBy(waiting.filter(isForKubectl), namespaceOf);
      for (const [namespace, all] of forKubectl) {
        const group = isTimeFor(namespace, all) ? all : all.slice(0, all.length - (all.length % MOST_OF_ONE_KUBECTL));
        chunksOf(group, MOST_OF_ONE_KUBECTL)
          .slice(0, MOST_KUBECTLS - kubectls)
          .forEach(judgeByKubectl);
      }
      const proving = session.trackers.filter(({ stage }) => stage.kind === 'proving');
      for (const [namespace, group] of Map.groupBy(proving, namespaceOf)) {
        const isMoreToCome = session.trackers.some(
          (one) => one.stage.kind === 'confirming' && namespaceOf(one) === namespace,
        );
        if (!beingProven.has(namespace) && !isMoreToCome) {
          proveAll(namespace, group);
        }
      }
    },
  };
}

const sinceOf = ({ stage }: Tracker): number =>
  stage.kind === 'confirming' ? stage.sinceMilliseconds : Number.POSITIVE_INFINITY;

const namespaceOf = ({ pinned }: Tracker): string => pinned.subject.namespace;

function chunksOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** Whoever cannot be asked now is asked later. */
async function orWatchAgain(group: readonly Tracker[], session: Session, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DeployError) || error.code === 'cancelled') {
      throw error;
    }
    session.reachability.lost(error.message);
    group.forEach((tracker) => watchAgain(tracker, session));
  }
}

function conclude([tracker, judgement]: Judged, session: Session): void {
  if (judgement.kind === 'succeeded') {
    tracker.stage = { kind: 'proving' };
  } else if (judgement.kind === 'forbidden') {
    session.unlistable.add(collectionOf(tracker.pinned.subject));
    watchAgain(tracker, session);
  } else {
    announce(tracker, `${tracker.state.text}, but kubectl says: ${judgement.text}`, session);
    watchAgain(tracker, session);
  }
}

function watchAgain(tracker: Tracker, session: Session): void {
  tracker.restsUntilMilliseconds = session.context.ports.clock.elapsed() + REST_MILLISECONDS;
  tracker.stage = { kind: 'watching' };
}
