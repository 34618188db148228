import type { GitHubHttp } from './github-http.ts';
import type { Http } from './http.ts';

/** What the action needs from the outside world. Only `adapters` implements these with Node and `@actions/*`; tests bring behaving fakes. */

/** A command is data: nothing is ever joined into a shell string. */
export type Command = {
  readonly tool: string;
  readonly args: readonly string[];
  readonly stdin?: string | undefined;
  /** Added to the runner's environment; the action's own `INPUT_*` variables are never passed on. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
  /** After this the child gets SIGTERM, then SIGKILL; the result says `timedOut`. */
  readonly timeoutSeconds?: number | undefined;
  /** True for a command that changes the cluster: it is let end when the run is cancelled, so that one knows what it did. */
  readonly isLetEnd?: boolean | undefined;
};

export type CommandResult = {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
};

export type OutputLine = { readonly stream: 'stdout' | 'stderr'; readonly text: string };

/** A child that runs beside us until it is stopped. */
export type BackgroundProcess = {
  readonly exited: Promise<CommandResult>;
  stop(): Promise<void>;
};

/** Watches over a command that may wait for an answer that never comes. */
export type Silence = {
  /** After each so many seconds without a line of output `isStuck` is asked. */
  readonly everySeconds: number;
  /** True: the command is stopped, and its result says `timedOut`. */
  readonly isStuck: (quietSeconds: number) => Promise<boolean>;
};

export type Exec = {
  /**
   * Resolves with the result whatever the exit code is; throws a DeployError `tool-unavailable` when the tool cannot be started, `cancelled`
   * after a signal: at once, or, for a command that is let end, before the next one.
   */
  run(command: Command, onLine?: (line: OutputLine) => void, silence?: Silence): Promise<CommandResult>;
  /** Resolves once the child printed a line that contains `readyText`; throws when it ends before. */
  start(command: Command, readyText: string): Promise<BackgroundProcess>;
};

/** The outcome of one attempt to fetch something; `network` means that no complete answer came. */
export type FetchOutcome =
  | { readonly kind: 'ok'; readonly text: string }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds: number | undefined }
  | { readonly kind: 'network'; readonly message: string };

/** Downloads from public sites and mirrors, through the runner's proxy settings. One attempt per call: retrying is decided above. */
export type Downloads = {
  text(url: string, headers: Readonly<Record<string, string>>): Promise<FetchOutcome>;
  /** Writes the body to `path`; `text` of the outcome is then empty. */
  file(url: string, headers: Readonly<Record<string, string>>, path: string): Promise<FetchOutcome>;
  /** Sends JSON and gives the answer's body. */
  post(url: string, json: string): Promise<FetchOutcome>;
};

export type EntryKind = 'file' | 'directory' | 'missing';

export type Files = {
  kindOf(path: string): Promise<EntryKind>;
  readText(path: string): Promise<string>;
  readBytes(path: string): Promise<Uint8Array>;
  /** Writes for the owner only (0600), creating the folder (0700) when it is missing. */
  writePrivate(path: string, text: string): Promise<void>;
  /** Absolute paths that match, sorted, files only. `**` and braces work; hidden files are left out unless named. */
  glob(pattern: string, folder: string): Promise<readonly string[]>;
  sha256(path: string): Promise<string>;
  makeExecutable(path: string): Promise<void>;
  remove(path: string): Promise<void>;
};

/** The runner's tool cache (`RUNNER_TOOL_CACHE`), and what else it takes to get a tool onto the runner. Paths are folders unless said otherwise. */
export type ToolCache = {
  find(tool: string, version: string, arch: string): Promise<string | undefined>;
  /** Every version of a tool that is there, without the v: "1.34.4". In no order. */
  versions(tool: string, arch: string): Promise<readonly string[]>;
  store(path: string, fileName: string, tool: string, version: string, arch: string): Promise<string>;
  /** Unpacks the file `archive` (.zip, else .tar.gz) into a folder, which is made when it is missing. Throws when it is broken. */
  extract(archive: string, folder: string): Promise<void>;
  /** Absolute path of an executable on PATH. */
  onPath(name: string): Promise<string | undefined>;
};

export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some moment: never goes back, whatever happens to the time of day. */
  elapsed(): number;
  /** Ends early, without a complaint, when `wake` is aborted. */
  sleep(milliseconds: number, wake?: AbortSignal): Promise<void>;
  /** In [0, 1): jitter for retries. */
  random(): number;
};

/** What happens while the action works; `report` turns it into log lines. */
export type Happening =
  | { readonly kind: 'changing'; readonly command: Command; readonly subject: string }
  | { readonly kind: 'running'; readonly command: Command }
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'state'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'warning'; readonly text: string };

export type Notify = (happening: Happening) => void;

/** Registers a value that must never be readable in the log. */
export type Mask = (secret: string) => void;

export type Ports = {
  readonly exec: Exec;
  readonly http: Http;
  readonly downloads: Downloads;
  readonly github: GitHubHttp;
  readonly files: Files;
  readonly toolCache: ToolCache;
  readonly clock: Clock;
  readonly notify: Notify;
  readonly mask: Mask;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: (content: string | Uint8Array) => string;
  /** Throws a DeployError `cancelled` once the run was told to stop: asked before each change. */
  readonly assertNotCancelled: () => void;
};
