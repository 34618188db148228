import type { StreamedAnswer } from '../http.ts';
import type { Clock } from '../ports.ts';
import { readAnswer, textOf } from './answers.ts';
import type { KubeApi } from './api.ts';
import type { Ending } from './collection-endings.ts';
import { readLine } from './collection-lines.ts';
import { answerOrEnding, collectionPath, listAll, tellOutcome, type Listed } from './collection-list.ts';
import { endingOfStatus } from './collection-status.ts';
import type { CollectionEvent, CollectionWish, Reachability } from './collection.ts';
import { withTicks, type Beat } from './pulse.ts';

/** The longest that a watch may go on. It is long because credentials are only looked at when it begins. */
const WATCH_SECONDS = 1800;

/** Servers send a bookmark each minute, more or less. */
const LONGEST_SILENCE_MILLISECONDS = 75_000;

/** More than that: the runner was suspended, and the connection may be dead without anybody having said so. */
const LATEST_TICK_MILLISECONDS = 10_000;

export type Follow = {
  readonly wish: CollectionWish;
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly reachability: Reachability;
  readonly onEvent: (event: CollectionEvent) => void;
};

/** What came of one watch. */
export type Watched = {
  /** `listed`: it made place for a list anew. */
  readonly outcome: Ending | Listed;
  /** The version to go on from. */
  readonly version: string;
  /** Whether the server let it begin. */
  readonly hasBegun: boolean;
  readonly hadEvent: boolean;
  readonly milliseconds: number;
};

/** Watches from a version on until that ends for whatever reason; when `stop` is aborted, soon after. */
export async function watchFrom(version: string, follow: Follow, stop: AbortSignal): Promise<Watched> {
  const own = new AbortController();
  try {
    const signal = AbortSignal.any([stop, own.signal]);
    const path = collectionPath(follow.wish, {
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(WATCH_SECONDS),
      ...(version === '' ? {} : { resourceVersion: version }),
    });
    const answer = await answerOrEnding(async () => follow.api.watch(path, signal));
    if ('kind' in answer) {
      return notBegun(answer, version);
    }
    return answer.status === 200
      ? await readWatch(answer, version, follow)
      : notBegun(await refusalOf(answer), version);
  } finally {
    own.abort();
  }
}

function notBegun(outcome: Ending, version: string): Watched {
  return { outcome, version, hasBegun: false, hadEvent: false, milliseconds: 0 };
}

async function refusalOf(answer: StreamedAnswer): Promise<Ending> {
  const all = await answerOrEnding(async () => readAnswer({ ...answer, body: await textOf(answer.lines) }));
  return 'kind' in all ? all : endingOfStatus(all);
}

async function readWatch(answer: StreamedAnswer, from: string, follow: Follow): Promise<Watched> {
  const { clock, reachability, wish } = follow;
  const begun = clock.elapsed();
  const listEveryMilliseconds = (wish.relistSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  let [version, hadEvent, heardAt, listedAt] = [from, false, begun, begun];

  const onLine = (text: string): Ending | undefined => {
    heardAt = clock.elapsed();
    reachability.heard();
    const line = readLine(text);
    if (line.kind === 'over') {
      return line.ending;
    }
    hadEvent = true;
    version = line.version ?? version;
    if (line.event !== undefined) {
      follow.onEvent(line.event);
    }
    return undefined;
  };
  const onTick = async (lateMilliseconds: number): Promise<Ending | Listed | undefined> => {
    if (lateMilliseconds > LATEST_TICK_MILLISECONDS) {
      return { kind: 'suspended' };
    }
    if (clock.elapsed() - heardAt >= LONGEST_SILENCE_MILLISECONDS) {
      return { kind: 'silent' };
    }
    if (clock.elapsed() - listedAt < listEveryMilliseconds) {
      return undefined;
    }
    // What the watch says meanwhile waits: whatever is newer than the list is told again by the next watch.
    const listed = await listAll(wish, follow.api);
    listedAt = clock.elapsed();
    tellOutcome(listed, reachability);
    return listed.kind === 'listed' ? listed : undefined;
  };

  reachability.heard();
  const beats = withTicks(answer.lines, clock);
  const outcome = await untilOutcome(beats, async (beat) =>
    beat.kind === 'line' ? onLine(beat.text) : onTick(beat.lateMilliseconds),
  );
  return { outcome, version, hasBegun: true, hadEvent, milliseconds: clock.elapsed() - begun };
}

/** Only what breaks the beats is an ending; what `take` throws is a mistake of ours. */
async function untilOutcome(
  beats: AsyncGenerator<Beat, void, undefined>,
  take: (beat: Beat) => Promise<Ending | Listed | undefined>,
): Promise<Ending | Listed> {
  try {
    for (;;) {
      const next = await answerOrEnding(async () => ({ beat: (await beats.next()).value }));
      if ('kind' in next) {
        return next;
      }
      const outcome: Ending | Listed | undefined = next.beat === undefined ? { kind: 'ended' } : await take(next.beat);
      if (outcome !== undefined) {
        return outcome;
      }
    }
  } finally {
    await beats.return();
  }
}
