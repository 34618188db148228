import { relative } from 'node:path';
import { failureOf, type Problem } from '../errors.ts';
import type { GatePlan } from '../plan/build-slices.ts';
import type { Ports } from '../ports.ts';
import { parseImageReference, repositoryOf, sameRepository, type ImageReference } from '../values/image.ts';

/** A file with tests, and an image that has to pass them. */
export type TestFile = {
  readonly image: ImageReference;
  /** Absolute. */
  readonly path: string;
  /** Relative to the workspace. */
  readonly file: string;
};

type Line = { readonly text: string; readonly repository: ImageReference | undefined; readonly pattern: string };

/**
 * Which files are for which image. A line is a path or a glob, relative to the workspace, for all images, or `repository=path` for one of them.
 * Throws `input-invalid` with a problem for each line that finds no file, or names an image that this run does not have.
 */
export async function findTestFiles(
  images: readonly ImageReference[],
  { imageTests, workspace }: Pick<GatePlan, 'imageTests' | 'workspace'>,
  files: Pick<Ports['files'], 'glob'>,
): Promise<readonly TestFile[]> {
  const problems: Problem[] = [];
  const found: TestFile[] = [];
  for (const line of imageTests.map(parseLine)) {
    const { repository } = line;
    const meant = images.filter((image) => repository === undefined || sameRepository(image, repository));
    const paths = await files.glob(line.pattern, workspace);
    if (meant.length === 0) {
      problems.push({
        message: `image-tests: "${line.text}" is for an image that is not deployed`,
        hint: `This run has ${images.map(repositoryOf).join(', ') || 'no images'}.`,
      });
    } else if (paths.length === 0) {
      problems.push({
        message: `image-tests: "${line.text}" finds no file`,
        hint: 'Paths and globs are relative to the root of the checkout; files end with .yaml, .yml or .json.',
      });
    }
    found.push(...meant.flatMap((image) => paths.map((path) => ({ image, path, file: relative(workspace, path) }))));
  }
  if (problems.length > 0) {
    throw failureOf('input-invalid', problems, `${problems.length} lines of image-tests are wrong`);
  }
  // Two patterns may find the same file.
  return [...new Map(found.map((one) => [`${repositoryOf(one.image)} ${one.path}`, one])).values()];
}

/** What stands before "=" is a repository when it can be one; else it is part of the path. */
function parseLine(text: string): Line {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(at, 0)).trim();
  try {
    const repository = at > 0 ? parseImageReference(name) : undefined;
    return { text, repository, pattern: text.slice(at + 1).trim() };
  } catch {
    return { text, repository: undefined, pattern: text.trim() };
  }
}
