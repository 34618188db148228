/** How often a signal was seen, and since when. Seconds are those of the engine's clock that stands still in an outage. */
export type RowMemory = {
  readonly firstSeconds: number;
  readonly observations: number;
  /** When the observations last grew. */
  readonly grewSeconds: number;
};

/** A class of signals: the rows seen of it. It lives on while its signals flip, and with the next pod of the same revision. */
export type ClassMemory = ReadonlyMap<string, RowMemory>;

/** Since when a pod is ready. `transition` tells one time of readiness from the next where the looks between them were missed. */
export type Readiness = { readonly transition: string; readonly sinceSeconds: number };

/** The pulls of one container's image: attempts seen in its status, and what the last one said. */
export type PullMemory = { readonly attempts: number; readonly word: string; readonly text: string };

/** What must be remembered between two looks at a rollout: since when each class of signal is seen, and how often. */
export type Memory = {
  /** Undefined before the first look. */
  readonly revision: string | undefined;
  readonly classes: ReadonlyMap<string, ClassMemory>;
  /** uid of a pod → its readiness; pods that are not ready are missing. */
  readonly readiness: ReadonlyMap<string, Readiness>;
  /** Whether a pod of the newest revision has been ready for a while, and not only between two crashes. */
  readonly hasBeenReady: boolean;
  /** "pod uid/container" → its pulls. */
  readonly pulls: ReadonlyMap<string, PullMemory>;
  /** "pod uid/container" → restarts that were over when the pod had become well. */
  readonly restarts: ReadonlyMap<string, number>;
  /** uid of a pod that failed as a whole → when that was seen; those of the first look happened before it. */
  readonly losses: ReadonlyMap<string, number>;
  /** How many of them were lost in the last minute. */
  readonly recentLosses: number;
  /** Evidence that is there now, by its name → since when. */
  readonly marks: ReadonlyMap<string, number>;
  /** When old pods were last about to give their room back; undefined when they never were. */
  readonly roomExpectedSeconds: number | undefined;
  /** Pods of the newest revision that the controller counted at the last look. */
  readonly updated: number;
  /** Since when the rule of its kind says that it is done; undefined while it does not. */
  readonly doneSinceSeconds: number | undefined;
};

export const NO_MEMORY: Memory = {
  revision: undefined,
  classes: new Map(),
  readiness: new Map(),
  hasBeenReady: false,
  pulls: new Map(),
  restarts: new Map(),
  losses: new Map(),
  recentLosses: 0,
  marks: new Map(),
  roomExpectedSeconds: undefined,
  updated: 0,
  doneSinceSeconds: undefined,
};
