import { textAt, type JsonObject } from '../values/json.ts';
import { NO_KNOWLEDGE, type Knowledge } from './knowledge.ts';
import type { Milestone } from './outcome.ts';
import type { PinnedObject } from './pin.ts';
import type { Pinned } from './pinned.ts';
import type { Revision } from './revision.ts';
import { NO_MEMORY, type Memory } from './signals/memory.ts';
import type { Ending } from './ending.ts';

/** How far we are with one subject. */
export type Stage =
  | { readonly kind: 'watching' }
  /** A failure is being checked against a fresh read. */
  | { readonly kind: 'verifying' }
  /** Done by our own reading; kubectl has to agree. */
  | { readonly kind: 'confirming'; readonly sinceMilliseconds: number }
  /** Done by kubectl too; the digests have to be those that were deployed. */
  | { readonly kind: 'proving' }
  | { readonly kind: 'settled'; readonly ending: Ending; readonly atMilliseconds: number };

/** One subject while its rollout is seen through. The only state of the engine that changes. */
export type Tracker = {
  readonly pinned: Pinned;
  object: JsonObject | undefined;
  revision: Revision | undefined;
  memory: Memory;
  knowledge: Knowledge;
  stage: Stage;
  /** Whether the last look found something that may fail it. */
  isSuspect: boolean;
  /** "1 of 3 updated; 1 pulling its image", and since when. */
  state: Milestone;
  timeline: readonly Milestone[];
  /** Not asked about again before this moment of `Clock.elapsed`: kubectl and we disagreed. */
  restsUntilMilliseconds: number;
  /** To be looked at again at this moment of `Clock.elapsed`, whatever happens until then. */
  lookAgainMilliseconds: number;
};

/** A controller that has not seen a custom resource yet has not said anything about it: silence is no success for so long. */
const SILENCE_MILLISECONDS = 2000;

export function createTracker({ pinned, object }: PinnedObject, elapsedMilliseconds: number): Tracker {
  const mayBeUnseen = pinned.subject.rule === 'custom' && pinned.isChanged;
  return {
    pinned,
    object,
    revision: undefined,
    memory: NO_MEMORY,
    knowledge: NO_KNOWLEDGE,
    stage: { kind: 'watching' },
    isSuspect: false,
    state: { text: '', atSeconds: 0 },
    timeline: [],
    restsUntilMilliseconds: mayBeUnseen ? elapsedMilliseconds + SILENCE_MILLISECONDS : 0,
    lookAgainMilliseconds: Infinity,
  };
}

/** uid of the object that owns the pods of the newest revision. */
export function podOwnerOf({ revision, object }: Tracker): string | undefined {
  return revision?.ownerUid ?? textAt(object, 'metadata', 'uid');
}

export function isPending({ stage }: Tracker): boolean {
  return stage.kind !== 'settled';
}
