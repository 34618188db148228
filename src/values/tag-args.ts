/**
 * Arguments of the buildx that gives an image, known by its digest, further names in one command. `--prefer-index=false`: a single manifest stays what
 * it is, else buildx wraps it into an index of another digest.
 */
export function tagArgs(references: readonly string[], source: string): readonly string[] {
  const tags = references.flatMap((reference) => ['--tag', reference]);
  return ['imagetools', 'create', '--prefer-index=false', '--progress=plain', ...tags, source];
}
