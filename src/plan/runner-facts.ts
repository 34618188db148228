import type { RunEvent } from '../inputs/commit.ts';

/** What is known about the job before anything is done; read by one adapter from the runner's environment. */
export type RunnerFacts = {
  readonly workspace: string;
  /** Private to this run, removed at its end. */
  readonly folder: string;
  readonly platform: string;
  readonly arch: string;
  readonly event: RunEvent;
  /** Milliseconds since the epoch, when the step began. */
  readonly nowMilliseconds: number;
  /** GITHUB_REF: "refs/heads/main", "refs/tags/v1", "refs/pull/7/merge"; empty when the runner does not say. */
  readonly ref: string;
  /** GITHUB_BASE_REF: the branch that a pull request goes to; empty for everything else. */
  readonly baseRef: string;
  /** Who started the run. */
  readonly actor: string;
  /** The id of the job in its workflow. */
  readonly job: string;
  /** Where GitHub is: github.com, or an enterprise server. */
  readonly serverUrl: string;
  /** "https://api.github.com". */
  readonly apiUrl: string;
  /** "org/app"; empty when the runner does not say. */
  readonly repository: string;
  /** Its number on GitHub, which outlives a new name; empty when the runner does not say. */
  readonly repositoryId: string;
  readonly runId: string;
  readonly runAttempt: string;
  readonly docker: DockerFacts;
  /** HTTP_PROXY, HTTPS_PROXY, NO_PROXY and ALL_PROXY in either spelling, as far as they are set. */
  readonly proxies: Readonly<Record<string, string>>;
  /** Where the runner keeps tools from one job to the next. */
  readonly toolCacheFolder: string;
  /** The step's environment, for `vars` and `secrets`. */
  readonly variable: (name: string) => string | undefined;
  readonly pluginFolders: readonly string[];
};

/** Where docker and buildx keep what the job has. */
export type DockerFacts = {
  /** DOCKER_CONFIG, or `.docker` in the home folder. */
  readonly configFolder: string;
  /** BUILDX_CONFIG, or `buildx` in the folder above. */
  readonly buildxFolder: string;
  /** DOCKER_HOST, or the usual socket. */
  readonly host: string;
};
