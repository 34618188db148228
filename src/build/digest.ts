import { isJsonObject, textAt } from '../values/json.ts';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** The digest in the file that `buildx build --metadata-file` writes; undefined when it has none. */
export function digestInMetadata(text: string): string | undefined {
  return digestAt(text, 'containerimage.digest');
}

/** The digest in what `buildx imagetools inspect --format '{{json .Manifest}}'` prints; undefined when it has none. */
export function digestInManifest(text: string): string | undefined {
  return digestAt(text, 'digest');
}

function digestAt(text: string, key: string): string | undefined {
  try {
    const content: unknown = JSON.parse(text);
    const digest = isJsonObject(content) ? textAt(content, key) : undefined;
    return digest !== undefined && DIGEST.test(digest) ? digest : undefined;
  } catch {
    return undefined;
  }
}
