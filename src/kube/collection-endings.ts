/** How a list, or a watch, came to its end. */
export type Ending =
  /** In good order: its time was over, or something between us and the server let it go. */
  | { readonly kind: 'ended' }
  /** No byte for longer than a server with bookmarks stays silent. */
  | { readonly kind: 'silent' }
  /** A line that is no event. */
  | { readonly kind: 'garbled' }
  /** The version to go on from is too old: 410. */
  | { readonly kind: 'expired' }
  /** Neither we nor our clock ran for a while. */
  | { readonly kind: 'suspended' }
  | { readonly kind: 'unauthorized'; readonly message: string }
  | { readonly kind: 'forbidden'; readonly message: string }
  /** Any other refusal that says something about what was asked for: 404, 400, 405. */
  | { readonly kind: 'refused'; readonly message: string }
  /** The server wants to be left alone for so long. */
  | { readonly kind: 'throttled'; readonly seconds: number; readonly message: string }
  /** 5xx, or no answer. */
  | { readonly kind: 'failed'; readonly message: string };

/** What went wrong so far, as far as it matters for what is next. */
export type Course = {
  /** Attempts in a row that came to nothing. */
  readonly failures: number;
  /** Watches in a row whose version was too old. */
  readonly expiries: number;
  /** Whether this user has been let in before. */
  readonly wasAllowed: boolean;
  /** By `Clock.elapsed`. */
  readonly refusedSinceMilliseconds: number | undefined;
};

export const NEW_COURSE: Course = { failures: 0, expiries: 0, wasAllowed: false, refusedSinceMilliseconds: undefined };

export type Step =
  | {
      readonly kind: 'retry';
      /** `list`: with a list anew. `same`: as before, from the last version when there is one. */
      readonly from: 'list' | 'same';
      readonly afterMilliseconds: number;
      readonly course: Course;
    }
  | { readonly kind: 'give-up'; readonly message: string };

const FIRST_DELAY_MILLISECONDS = 800;
const LONGEST_DELAY_MILLISECONDS = 30_000;
const LONGEST_THROTTLE_SECONDS = 60;
const CREDENTIALS_DELAY_MILLISECONDS = 10_000;

/** Roles that were just applied, and kinds that were just defined, take a moment to be known. */
const REFUSAL_PATIENCE_MILLISECONDS = 10_000;
const REFUSAL_DELAY_MILLISECONDS = 2000;

/** A version that the server fails at again and again may be one that it does not have (restored from a backup, another server). */
const FAILURES_UNTIL_LIST = 4;

/** What to do next. `random` is in [0, 1). */
export function afterEnding(ending: Ending, course: Course, elapsedMilliseconds: number, random: number): Step {
  const failed = { ...course, failures: course.failures + 1 };
  const from = failed.failures >= FAILURES_UNTIL_LIST ? 'list' : 'same';
  switch (ending.kind) {
    case 'ended':
    case 'silent':
    case 'garbled':
      return retry(from, course.failures === 0 ? 0 : backoff(course.failures - 1, random), failed);
    case 'expired': {
      const delay = course.expiries === 0 ? 0 : backoff(course.expiries - 1, random);
      return retry('list', delay, { ...course, expiries: course.expiries + 1 });
    }
    case 'suspended':
      return retry('list', 0, course);
    case 'unauthorized':
      return retry('same', CREDENTIALS_DELAY_MILLISECONDS, course);
    case 'forbidden':
      return course.wasAllowed
        ? afterRefusal('same', ending.message, course, elapsedMilliseconds)
        : { kind: 'give-up', message: ending.message };
    case 'refused':
      return afterRefusal('list', ending.message, course, elapsedMilliseconds);
    case 'throttled': {
      const seconds = Math.min(Math.max(ending.seconds, 1), LONGEST_THROTTLE_SECONDS);
      return retry('same', seconds * 1000 * (1 + 0.2 * random), course);
    }
    case 'failed':
      return retry(from, backoff(course.failures, random), failed);
  }
}

/** Why the server cannot be talked to, where an ending says that. */
export function lossOf(ending: Ending): string | undefined {
  if (ending.kind === 'unauthorized') {
    return `the credentials are not accepted any more: ${ending.message}`;
  }
  return ending.kind === 'throttled' || ending.kind === 'failed' ? ending.message : undefined;
}

function afterRefusal(from: 'list' | 'same', message: string, course: Course, elapsedMilliseconds: number): Step {
  const since = course.refusedSinceMilliseconds ?? elapsedMilliseconds;
  return elapsedMilliseconds - since >= REFUSAL_PATIENCE_MILLISECONDS
    ? { kind: 'give-up', message }
    : retry(from, REFUSAL_DELAY_MILLISECONDS, { ...course, refusedSinceMilliseconds: since });
}

function retry(from: 'list' | 'same', afterMilliseconds: number, course: Course): Step {
  return { kind: 'retry', from, afterMilliseconds, course };
}

/** 0.8 s, doubled each time, up to 30 s; 20 % more or less, so that not all who wait come back at once. */
function backoff(failures: number, random: number): number {
  const delay = Math.min(FIRST_DELAY_MILLISECONDS * 2 ** failures, LONGEST_DELAY_MILLISECONDS);
  return delay * (0.8 + 0.4 * random);
}
