/** How one registry is entered. A fallback counts only where the job's docker configuration says nothing about that registry. */
export type RegistryLogin = { readonly isFallback?: boolean | undefined } & (
  | {
      readonly kind: 'password';
      readonly registry: string;
      readonly username: string;
      readonly password: string;
    }
  /** A program `docker-credential-<helper>` on PATH. */
  | { readonly kind: 'helper'; readonly registry: string; readonly helper: string }
);
