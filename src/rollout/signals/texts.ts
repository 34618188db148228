/** What the cluster said, on one line and without the words that only its programs need. */
export function onOneLine(text: string): string {
  return text
    .replaceAll(/rpc error: code = \w+ desc = /g, '')
    .replaceAll(/failed to create (containerd|shim) task: |OCI runtime create failed: |runc create failed: /g, '')
    .replace(/^Back-off pulling image "[^"]*": \w+: /, '')
    .replaceAll(/failed to (pull and unpack image|resolve reference) "[^"]*": |failed to do request: /g, '')
    .replace(/^Failed to pull image "[^"]*": /, '')
    .replace(/^\(combined from similar events\): /, '')
    .replace(/^Error: /, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The text without the names in it that the user chose: an image called "denied" is not refused. */
export function withoutImage(text: string, image: string): string {
  const name = image.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return text
    .replaceAll(/"[^"]*"/g, '"…"')
    .replaceAll(/https?:\/\/[^\s:]+(:\d+)?[^\s:]*/g, '…')
    .replaceAll(image === '' ? /$^/g : new RegExp(`(?<![\\w-])${name}(?![\\w-])`, 'g'), '…');
}

/**
 * Words of a program that waits for another one which is not up yet, and will be well once it is. Node, Go, Python, Java, libpq and shell
 * loops say it so.
 */
const DEPENDENCY =
  /connection (was )?(refused|reset|closed|lost|fail)|connect(ion)? time|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|getaddrinfo|dial tcp|no such host|name or service not known|temporary failure in name resolution|timed? ?out|unreachable|could not (connect|be established|resolve|reach)|can(no|')t (connect|reach|resolve)|unable to (connect|reach)|failed to (connect|reach|resolve)|communications link failure|network ?error|no brokers|waiting for |not (yet )?(ready|available)|is starting up|service unavailable|retry|try(ing)? again/i;

/** Words of a program that will say the same the next time. */
const PERMANENT =
  /syntax ?error|cannot find module|module ?not ?found|no module named|classnotfound|(is|are) (not set|undefined|required)\b|missing (required|environment)|no such file|permission denied|unknown (flag|option|command)|invalid (flag|option|argument|config|value)|authentication failed|access denied/i;

/**
 * Whether the last words of a container speak of something that is only not there yet. Where something else is known to come up
 * (`isExpected`) words that say nothing about it count for it too.
 */
export function mayWait(words: readonly string[], isExpected: boolean): boolean {
  return (isExpected || words.some((word) => DEPENDENCY.test(word))) && !words.some((word) => PERMANENT.test(word));
}
