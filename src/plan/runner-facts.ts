import type { RunEvent } from '../inputs/commit.ts';

/** What is known about the job before anything is done; read by one adapter from the runner's environment. */
export type RunnerFacts = {
  readonly workspace: string;
  /** Private to this run, removed at its end. */
  readonly folder: string;
  readonly platform: string;
  readonly arch: string;
  readonly event: RunEvent;
  /** Where GitHub is: github.com, or an enterprise server. */
  readonly serverUrl: string;
  /** "https://api.github.com". */
  readonly apiUrl: string;
  /** "org/app"; empty when the runner does not say. */
  readonly repository: string;
  readonly runId: string;
  readonly runAttempt: string;
  /** The step's environment, for `vars`. */
  readonly variable: (name: string) => string | undefined;
  readonly pluginFolders: readonly string[];
};
