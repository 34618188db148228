import type { ImageReference } from '../values/image.ts';
import { repositoryOf } from '../values/image.ts';

const LONGEST_NAME = 40;

const HASH_DIGITS = 8;

/**
 * The tag that says that an image was verified in an environment: `verified-<environment>-<64 hexadecimal digits>`, on that very digest. Who
 * may push to the repository may say so; nobody else can. Names that no tag can have are made fit, and told apart by a hash.
 */
export function verifiedTag(environment: string, digest: string, sha256: (text: string) => string): string {
  return `verified-${fitting(environment, sha256)}-${digest.replace('sha256:', '')}`;
}

/** The reference under which the record of an image is kept. */
export function verifiedReference(
  environment: string,
  image: ImageReference,
  digest: string,
  sha256: (text: string) => string,
): string {
  return `${repositoryOf(image)}:${verifiedTag(environment, digest, sha256)}`;
}

function fitting(environment: string, sha256: (text: string) => string): string {
  const plain = environment.toLowerCase().replaceAll(/[^a-z0-9_.-]/g, '-');
  return plain === environment && plain.length <= LONGEST_NAME
    ? plain
    : `${plain.slice(0, LONGEST_NAME - HASH_DIGITS - 1)}-${sha256(environment).slice(0, HASH_DIGITS)}`;
}
