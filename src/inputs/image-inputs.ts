import { parseImageReference, type ImageReference } from '../values/image.ts';

/** A repository: an image reference without tag and digest. */
export function parseRepository(text: string): ImageReference {
  const image = parseImageReference(text);
  if (image.tag !== undefined || image.digest !== undefined) {
    throw new Error(`"${text}" has a tag or digest; give the repository alone, the tag is the SHA of the commit`);
  }
  return image;
}

/** `repo[:tag][@digest]`; `latest` is refused because it may be something else tomorrow. */
export function parseImage(text: string): ImageReference {
  const image = parseImageReference(text);
  if (image.tag === 'latest' && image.digest === undefined) {
    throw new Error(`"${text}" is not pinned: give a tag other than latest, or a digest`);
  }
  return image;
}
