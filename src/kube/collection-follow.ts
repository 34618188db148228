import { afterEnding, NEW_COURSE, type Course } from './collection-endings.ts';
import { listAll, tellOutcome } from './collection-list.ts';
import { watchFrom, type Follow, type Watched } from './collection-watch.ts';
import type { CollectionEvent, CollectionWish } from './collection.ts';

/** A watch that lived that long was a good one, even when nothing happened in it. */
const GOOD_LIFE_MILLISECONDS = 10_000;

/**
 * Tells what is in a collection, and each change of it, until `stop` is aborted or the user may not read it (`forbidden` is the last event
 * then). Whatever else goes wrong is told to `reachability` and tried again: a list that no cache answers, then a watch from its version,
 * and after each break a watch from the last version that was heard of. Rejects only with a cancellation or a mistake of ours.
 */
export async function followCollection(
  wish: CollectionWish,
  context: Pick<Follow, 'api' | 'clock' | 'reachability'>,
  onEvent: (event: CollectionEvent) => void,
  stop: AbortSignal,
): Promise<void> {
  const { clock, reachability } = context;
  const tell = (event: CollectionEvent): void => {
    if (!stop.aborted) {
      onEvent(event);
    }
  };
  const follow: Follow = { wish, ...context, onEvent: tell };
  let version: string | undefined;
  let course = NEW_COURSE;
  while (!stop.aborted) {
    const attempt = await unlessStopped(next(version, follow, stop), stop);
    if (attempt === undefined) {
      return;
    }
    course = courseAfter(attempt, course);
    version = attempt.version;
    tellOutcome(attempt.outcome, reachability);
    if (attempt.outcome.kind === 'listed') {
      tell({ kind: 'listed', objects: attempt.outcome.objects });
      version = attempt.outcome.version;
      continue;
    }
    const step = afterEnding(attempt.outcome, course, clock.elapsed(), clock.random());
    if (step.kind === 'give-up') {
      tell({ kind: 'forbidden', message: step.message });
      return;
    }
    course = step.course;
    version = step.from === 'list' ? undefined : version;
    if (step.afterMilliseconds > 0) {
      await clock.sleep(step.afterMilliseconds, stop);
    }
  }
}

type Attempt = Omit<Watched, 'version'> & { readonly version: string | undefined };

/** Without a version to go on from, a list; else a watch. */
async function next(version: string | undefined, follow: Follow, stop: AbortSignal): Promise<Attempt> {
  if (version !== undefined) {
    return watchFrom(version, follow, stop);
  }
  const outcome = await listAll(follow.wish, follow.api);
  return { outcome, version, hasBegun: false, hadEvent: false, milliseconds: 0 };
}

/** What an attempt, however it ended, says for the better. A watch that ends soon after an event is not waited for long, nor hurried after. */
function courseAfter({ outcome, hasBegun, hadEvent, milliseconds }: Attempt, course: Course): Course {
  const atMost = milliseconds >= GOOD_LIFE_MILLISECONDS ? 0 : hadEvent ? 1 : Number.POSITIVE_INFINITY;
  return {
    failures: Math.min(course.failures, atMost),
    expiries: Math.min(course.expiries, atMost),
    wasAllowed: course.wasAllowed || outcome.kind === 'listed',
    refusedSinceMilliseconds: hasBegun ? undefined : course.refusedSinceMilliseconds,
  };
}

/** Undefined when `stop` is aborted before the work is done, or when it is: what it came to is nobody's concern then. */
async function unlessStopped<Result>(work: Promise<Result>, stop: AbortSignal): Promise<Result | undefined> {
  const stopped = Promise.withResolvers<undefined>();
  const onStop = (): void => stopped.resolve(undefined);
  stop.addEventListener('abort', onStop);
  try {
    const result = await Promise.race([work, stopped.promise]);
    return stop.aborted ? undefined : result;
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}
