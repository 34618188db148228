import type { Subject } from '../values/subject.ts';

/** A subject as it was right after our last change to it, by a read that no cache answered. */
export type Pinned = {
  readonly subject: Subject;
  readonly uid: string;
  readonly generation: number;
  /** Whether this run changed it. What was said about it before is then old. */
  readonly isChanged: boolean;
  /** Container name → image of the pod template: tells somebody else's rollout from ours. Empty where there is no template. */
  readonly images: ReadonlyMap<string, string>;
  /** The commit that it said it was last changed by; undefined where nothing says so. */
  readonly commit?: string | undefined;
  /** The server's clock when it was read, in milliseconds since the epoch. */
  readonly serverTimeMilliseconds: number;
};
