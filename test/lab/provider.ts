export type Progress = (line: string) => void;

export interface LabOptions {
  /** Labs of different names run beside each other. */
  readonly name: string;
  /** An attached lab ends with the process that started it, however that process ends. */
  readonly attached: boolean;
  readonly progress: Progress;
}

/** A running lab, whoever provides it. */
export interface Lab {
  readonly name: string;
  readonly provider: ProviderName;
  /** What a process needs to use the lab: KUBECONFIG, REGISTRY, PATH and so on; the same that `lab env` prints. */
  readonly env: Readonly<Record<string, string>>;
  /** Injects or heals a fault, e.g. `['registry', 'pause']`, and returns a sentence that says what was done. */
  fault(words: readonly string[]): Promise<string>;
  /**
   * Gives the cluster that many fake nodes, whose pods become Ready without any container, and returns a sentence that says what was done.
   * Only pods with `ON_FAKE_NODES` (fake-nodes.ts) land there.
   */
  fakeNodes(count: number): Promise<string>;
  /** What runs, for people: one line per part. */
  status(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export type ProviderName = 'native' | 'kind' | 'external';

export interface Provider {
  readonly name: ProviderName;
  /** What this machine lacks to run it, in words; empty when it can. */
  missing(): Promise<readonly string[]>;
  start(options: LabOptions): Promise<Lab>;
  /** The lab of that name if it is running. */
  find(name: string): Promise<Lab | undefined>;
}
