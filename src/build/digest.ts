import { isJsonObject, textAt } from '../values/json.ts';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string | undefined): text is string {
  return text !== undefined && DIGEST.test(text);
}

/** The digest in the file that `buildx build --metadata-file` writes; undefined when it has none. */
export function digestInMetadata(text: string): string | undefined {
  try {
    const content: unknown = JSON.parse(text);
    const digest = isJsonObject(content) ? textAt(content, 'containerimage.digest') : undefined;
    return isDigest(digest) ? digest : undefined;
  } catch {
    return undefined;
  }
}
