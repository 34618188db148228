import type { JsonObject } from '../values/json.ts';

/**
 * What was found out by asking, beside what is watched. An absent key was never asked. `unknown` means asked, and nobody could tell
 * (no access, no tool).
 */
export type Knowledge = {
  /** Image reference → whether its registry has it, asked from the runner. */
  readonly images: ReadonlyMap<string, Existence>;
  /** `configKey` of a Secret or ConfigMap, or of one key of it → whether it is there now. */
  readonly configs: ReadonlyMap<string, Existence>;
  /** "Secret/name" or "ConfigMap/name" → the object that will make it ("ExternalSecret/name"); undefined when there is none. */
  readonly makers: ReadonlyMap<string, string | undefined>;
  /** uid of a pod → its events of type Normal. */
  readonly podEvents: ReadonlyMap<string, readonly JsonObject[]>;
  /** "pod uid/container" → the last lines that it wrote before it ended. */
  readonly lastWords: ReadonlyMap<string, readonly string[]>;
  /** How many pods of the subject, of whatever revision, are being deleted. */
  readonly leavingPods: number | undefined;
  /** Whether another subject of this run is not done yet: what this one waits for may still come up. */
  readonly othersPending: boolean;
};

export type Existence = 'there' | 'missing' | 'unknown';

/** What would help to judge. Answers go into `Knowledge`; who asks decides how often. */
export type Question =
  | { readonly kind: 'image'; readonly reference: string }
  | { readonly kind: 'config'; readonly object: ConfigName; readonly key: string | undefined }
  | { readonly kind: 'maker'; readonly object: ConfigName }
  | { readonly kind: 'pod-events'; readonly podUid: string; readonly podName: string }
  | { readonly kind: 'last-words'; readonly podUid: string; readonly podName: string; readonly container: string }
  | { readonly kind: 'leaving-pods' };

export type ConfigName = { readonly kind: 'Secret' | 'ConfigMap'; readonly name: string };

/** The key of `Knowledge.configs`: "Secret/db", or "Secret/db/password" for one key of it. */
export function configKey({ kind, name }: ConfigName, key?: string): string {
  return key === undefined ? `${kind}/${name}` : `${kind}/${name}/${key}`;
}

export const NO_KNOWLEDGE: Knowledge = {
  images: new Map(),
  configs: new Map(),
  makers: new Map(),
  podEvents: new Map(),
  lastWords: new Map(),
  leavingPods: undefined,
  othersPending: false,
};
