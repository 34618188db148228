import type { Existence } from './knowledge.ts';

/** What the registry tells the runner. Never throws, save when the run is cancelled. */
export type RegistryLookup = {
  /** Whether the registry has what the reference names; `unknown` where the runner may not look, or has nothing to look with. */
  has(reference: string): Promise<Existence>;
  /** Every digest by which the image may be known on a node: its index, its manifests, their configurations. Empty when it cannot be told. */
  digestsOf(reference: string): Promise<ReadonlySet<string>>;
};
