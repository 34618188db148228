/** How GitHub's REST API is spoken to. */

/** Where it is, and who asks. */
export type GitHubSite = {
  /** "https://api.github.com", or that of an enterprise server. */
  readonly apiUrl: string;
  readonly token: string;
};

export type GitHubOutcome =
  /** Any answer, whatever its status. `headers` have lower-case names; `body` is parsed JSON, or text, or undefined. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: unknown;
    }
  /** No complete answer came. */
  | { readonly kind: 'network'; readonly message: string };

/** One attempt per call: retrying is decided above. Never throws for what GitHub or the network does. */
export type GitHubHttp = {
  /** `route` as in GitHub's documentation, `parameters` fill it, the query and the body: ("GET /repos/{owner}/{repo}/pulls/{pull_number}", …). */
  request(
    site: GitHubSite,
    route: string,
    parameters: Readonly<Record<string, unknown>>,
    timeoutSeconds: number,
  ): Promise<GitHubOutcome>;
};
