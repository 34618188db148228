import { DeployError } from '../errors.ts';
import { formatImageReference, isDigest, type ImageReference } from '../values/image.ts';
import { isJsonObject, textAt } from '../values/json.ts';

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

/** The same, of an image that was built. Throws `digest-mismatch` when buildx does not tell it. */
export function builtDigest(image: ImageReference, metadata: string): string {
  const digest = digestInMetadata(metadata);
  if (digest === undefined) {
    throw new DeployError('digest-mismatch', `buildx does not tell the digest of ${formatImageReference(image)}`, {
      hint: 'Every buildx that can be used here says it. Was another program put in the place of buildx?',
    });
  }
  return digest;
}
