import { parseImageReference, sameRepository, type ImageReference } from '../values/image.ts';
import { isJsonObject } from '../values/json.ts';

/** Registry, path and tag before a digest. A reference is never longer than what is looked at. */
const BEFORE_DIGEST = /(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9])[A-Za-z0-9._:/-]*$/;
const LONGEST_REFERENCE = 512;

/** A copy in which `repo:tag@digest` is `repo:tag` wherever it stands in a text, for the repositories of some images. */
export function withoutDigestsOf(images: readonly ImageReference[], value: unknown): unknown {
  if (typeof value === 'string') {
    return withoutDigests(images, value);
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown) => withoutDigestsOf(images, item));
  }
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutDigestsOf(images, inner)]))
    : value;
}

function withoutDigests(images: readonly ImageReference[], text: string): string {
  return text.replaceAll(/@sha256:[0-9a-f]{64}/g, (digest, offset: number) => {
    const [name] = BEFORE_DIGEST.exec(text.slice(Math.max(0, offset - LONGEST_REFERENCE), offset)) ?? [];
    return name !== undefined && isOneOf(images, name) ? '' : digest;
  });
}

function isOneOf(images: readonly ImageReference[], name: string): boolean {
  const reference = parsed(name);
  return reference !== undefined && images.some((image) => sameRepository(image, reference));
}

function parsed(name: string): ImageReference | undefined {
  try {
    return parseImageReference(name);
  } catch {
    return undefined;
  }
}
