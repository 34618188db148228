const secrets = new Set<string>();

/** From now on this is not in anything that is written to a file or sent to GitHub. */
export function keepSecret(secret: string): void {
  if (secret !== '') {
    secrets.add(secret);
  }
}

/** The text without what nobody may read; a secret inside of JSON is found as JSON writes it. */
export function withoutSecrets(text: string): string {
  const ways = [...secrets].flatMap((secret) => [JSON.stringify(secret).slice(1, -1), secret]);
  return ways.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}
