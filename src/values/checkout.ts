/** What is checked out where images are built from. Times are like "2026-01-31T09:30:00.000Z". */
export type Checkout =
  /** There is no git, no repository, or it does not answer. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** What is built from is what the commit has. */
  | { readonly kind: 'clean'; readonly head: string; readonly commitTime: string }
  | {
      readonly kind: 'dirty';
      readonly head: string;
      readonly commitTime: string;
      /** What differs from the commit, relative to the repository; sorted. */
      readonly files: readonly string[];
      /** Of what differs: 12 hexadecimal digits. The same changes have the same. */
      readonly fingerprint: string;
    };
