/** A repository on GitHub, and the token that may speak about it. */
export type GitHubAccess = {
  /** "https://api.github.com", or that of an enterprise server. */
  readonly apiUrl: string;
  readonly token: string;
  /** "org" and "app" of "org/app". */
  readonly owner: string;
  readonly repo: string;
};
