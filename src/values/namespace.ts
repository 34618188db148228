const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** An RFC 1123 label; throws an Error otherwise. */
export function parseNamespace(text: string): string {
  if (!LABEL.test(text)) {
    throw new Error(
      `"${text}" is not a namespace: 1 to 63 of a-z, 0-9 and -, starting and ending with a letter or digit`,
    );
  }
  return text;
}
