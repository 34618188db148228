/** What the last words of buildx say about the answer of a registry. */
export type RegistryAnswer =
  /** The repository or the tag does not exist. */
  | 'missing'
  /** Nobody is logged in, or who is may not do this. */
  | 'refused'
  /** The registry lets no tag be moved, or has this one already. */
  | 'taken'
  /** Busy, broken or out of reach: another try may be answered. */
  | 'passing'
  | 'other';

/** In this order: a word of a later row may stand in the text of an earlier one. */
const ANSWERS: readonly (readonly [RegistryAnswer, RegExp])[] = [
  // ECR, Harbor, Google and GitLab each have their own words.
  [
    'taken',
    /(?:already exists|exists already)|\bimmutable\b|immutability|cannot be overwritten|TAG_INVALID|\b409 Conflict/i,
  ],
  [
    'passing',
    /\b(?:408|429|500|502|503|504) [A-Z][a-z]|toomanyrequests|too many requests|rate limit|connection (?:reset|refused)|broken pipe|TLS handshake timeout|\bEOF$|i\/o timeout|no such host|server misbehaving|network is unreachable|no route to host|deadline exceeded|Client\.Timeout|server closed idle connection|use of closed network connection/,
  ],
  [
    'refused',
    /\b(?:401 Unauthorized|403 Forbidden)|access denied|insufficient_scope|authorization failed|authentication required|no basic auth credentials|failed to authorize|(?:^|: )(?:denied|unauthorized)(?::|$)/i,
  ],
  [
    'missing',
    /^\S+: not found$|: docker\.io\/\S+: not found$|\b404 Not Found|manifest unknown|name unknown|MANIFEST_UNKNOWN|NAME_UNKNOWN/i,
  ],
  // A broken registry that answers in the words of the specification has no other word, and buildx leaves the status out.
  ['passing', /: unknown$/],
];

export function registryAnswer(words: string): RegistryAnswer {
  return ANSWERS.find(([, pattern]) => pattern.test(words))?.[0] ?? 'other';
}

/** The words of buildx with the request and the answer only, and without the state of an upload. */
export function inShort(words: string): string {
  return words
    .replace(/^.*unexpected status from (\w+) request to ([^\s?]+)(?:\?\S*)?: /, '$1 $2: ')
    .replace(/^.*failed to do request: /, '')
    .replace(/: unknown$/, ': the registry is out of order and says no more than "unknown"');
}
