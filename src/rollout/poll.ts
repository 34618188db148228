import { DeployError } from '../errors.ts';
import { collectionOf, readSubjects } from './read.ts';
import type { Session } from './session.ts';
import { isWatched } from './streams.ts';
import { isPending, type Tracker } from './tracker.ts';

const POLL_MILLISECONDS = 2000;

/**
 * Asks again and again for what is not watched: Pods, custom resources, and kinds that may be read but not listed. While the API server is
 * away all are asked for, so that its return is noticed at once: the watches come back one by one, and later each time.
 */
export type Poller = { advance(): void };

export function createPoller(session: Session): Poller {
  let nextAt = 0;
  let isBusy = false;

  const isPolled = ({ pinned }: Tracker): boolean =>
    session.reachability.outage() !== undefined ||
    !isWatched(pinned.subject) ||
    session.unlistable.has(collectionOf(pinned.subject));

  const poll = async (trackers: readonly Tracker[]): Promise<void> => {
    try {
      const subjects = trackers.map(({ pinned }) => pinned.subject);
      const readings = await readSubjects(subjects, session.context.api);
      const byPath = new Map(readings.map(({ subject, object }) => [subject.path, object]));
      trackers.forEach((tracker) => {
        tracker.object = byPath.get(tracker.pinned.subject.path);
      });
    } catch (error) {
      if (!(error instanceof DeployError) || error.code === 'cancelled') {
        throw error;
      }
      session.reachability.lost(error.message);
    } finally {
      isBusy = false;
    }
  };

  return {
    advance: () => {
      const now = session.context.ports.clock.elapsed();
      const polled = session.trackers.filter((tracker) => isPending(tracker) && isPolled(tracker));
      if (!isBusy && now >= nextAt && polled.length > 0) {
        isBusy = true;
        nextAt = now + POLL_MILLISECONDS;
        session.spawn(async () => poll(polled));
      }
    },
  };
}
