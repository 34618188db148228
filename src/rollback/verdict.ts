import { isDeepStrictEqual } from 'node:util';
import { FIELD_MANAGER } from '../kube/field-managers.ts';
import { OWN_ANNOTATIONS } from '../kube/own-annotations.ts';
import { objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';
import { comparable, foreseeable, ownAnnotationsOf, replicasOf } from './comparable.ts';
import type { Snapshot, Touched } from './snapshot.ts';
import { isAsMade } from './three-way.ts';
import { isScaledSince, madeOf, type Changed } from './views.ts';

/** What has become of an object since the snapshot. */
export type Verdict =
  /** The run never came to it, or it is as it was all the same. */
  | { readonly kind: 'as-before' }
  /** The run changed it and nobody else has changed the same. */
  | { readonly kind: 'ours' }
  | { readonly kind: 'foreign'; readonly why: string };

/** Compares three ways: as it was, as the run made it, as it is. Who has the last word on it is told by the stamps and by its managed fields. */
export function judge(touched: Changed, live: JsonObject, run: Pick<Snapshot, 'commit' | 'runUrl'>): Verdict {
  const { before } = touched;
  if (textAt(live, 'metadata', 'deletionTimestamp') !== undefined) {
    return { kind: 'foreign', why: 'it is being deleted' };
  }
  if (isAsBefore(touched, live) && (hasSameStamps(before, live) || !isStampedBy(run, live))) {
    return { kind: 'as-before' };
  }
  const other = stampOfAnotherRun(before, live, run);
  if (other !== undefined) {
    return { kind: 'foreign', why: `another run has changed it since: ${other}` };
  }
  const made = madeOf(touched, live);
  return made !== undefined && isAsMade(foreseeable(before), foreseeable(made), foreseeable(live))
    ? { kind: 'ours' }
    : { kind: 'foreign', why: whoChanged(before, live) };
}

/** Whether an object that was not there before the run is the one that the run created. */
export function isCreatedBy(run: Pick<Snapshot, 'commit' | 'runUrl'>, touched: Touched, live: JsonObject): boolean {
  const { desired } = touched;
  const isForetold = desired !== undefined && isAsMade({}, foreseeable(desired), foreseeable(live));
  return isStampedBy(run, live) || (isForetold && stampOfAnotherRun({}, live, run) === undefined);
}

/** "kubectl-edit has changed it since, at 2026-11-21T11:28:50Z": whose managed fields are the newest of those that are new. */
export function whoChanged(before: JsonObject, live: JsonObject): string {
  const known = entriesOf(before);
  const [newest] = entriesOf(live)
    .filter((entry) => textAt(entry, 'manager') !== FIELD_MANAGER && entry['subresource'] !== 'status')
    .filter((entry) => !known.some((other) => isSameEntry(entry, other)))
    .toSorted((one, other) => (textAt(other, 'time') ?? '').localeCompare(textAt(one, 'time') ?? ''));
  return newest === undefined
    ? 'somebody has changed it since'
    : `${textAt(newest, 'manager') ?? 'somebody'} has changed it since, at ${textAt(newest, 'time') ?? 'some time'}`;
}

function isAsBefore(touched: Changed, live: JsonObject): boolean {
  const isSame = isDeepStrictEqual(comparable(touched.before), comparable(live));
  return isSame && (replicasOf(live) === replicasOf(touched.before) || isScaledSince(touched, live));
}

function hasSameStamps(before: JsonObject, live: JsonObject): boolean {
  return isDeepStrictEqual(ownAnnotationsOf(before), ownAnnotationsOf(live));
}

function isStampedBy(run: Pick<Snapshot, 'commit' | 'runUrl'>, live: JsonObject): boolean {
  // A run that does not know its URL writes none.
  return (stampAt(live, 'run') ?? '') === run.runUrl && stampAt(live, 'commit') === run.commit;
}

/** A stamp that was there before says nothing. */
function stampOfAnotherRun(
  before: JsonObject,
  live: JsonObject,
  { commit, runUrl }: Pick<Snapshot, 'commit' | 'runUrl'>,
): string | undefined {
  const stamps = [
    { now: stampAt(live, 'run'), own: runUrl, old: stampAt(before, 'run') },
    { now: stampAt(live, 'commit'), own: commit, old: stampAt(before, 'commit') },
  ];
  return stamps.find(({ now, own, old }) => now !== undefined && now !== own && now !== old)?.now;
}

function stampAt(object: JsonObject, stamp: keyof typeof OWN_ANNOTATIONS): string | undefined {
  return textAt(object, 'metadata', 'annotations', OWN_ANNOTATIONS[stamp]);
}

function entriesOf(object: JsonObject): readonly JsonObject[] {
  return objectsAt(object, 'metadata', 'managedFields');
}

function isSameEntry(one: JsonObject, other: JsonObject): boolean {
  return ['manager', 'operation', 'subresource', 'time'].every((key) => valueAt(one, key) === valueAt(other, key));
}
