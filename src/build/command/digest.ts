import { DeployError } from '../../errors.ts';
import { isDigest } from '../../values/image.ts';

const LONGEST_QUOTE = 100;

/**
 * The digests in the file that a build command writes: one in a line, alone, as `repository@sha256:…`, or as `NAME=repository@sha256:…`; several
 * lines are an image and its platforms. None for an empty file. Throws `build-failed` for a line that is nothing of this.
 */
export function namedDigests(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').map(digestIn);
}

function digestIn(line: string): string {
  const digest = line.slice(line.lastIndexOf('@') + 1);
  if (isDigest(digest) && !/\s/.test(line)) {
    return digest;
  }
  const quoted = line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
  throw new DeployError('build-failed', `The build command wrote "${quoted}" into DIGEST_FILE, which is no digest`, {
    hint: 'Write sha256:<64 hexadecimal digits> or repository@sha256:…, or leave the file empty: then the registry is asked.',
  });
}
