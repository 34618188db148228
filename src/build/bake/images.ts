import { basename, relative } from 'node:path';
import { failureOf, messageOf, type Problem } from '../../errors.ts';
import type { BakePlan } from '../../plan/build-slices.ts';
import type { Ports } from '../../ports.ts';
import { parseImageReference, repositoryOf, sameRepository, type ImageReference } from '../../values/image.ts';
import { valueAt } from '../../values/json.ts';
import { makesImage, type BakeTarget, type PrintedBake } from './file.ts';
import { bakeInputs } from './inputs.ts';
import type { BuildInputs } from '../record.ts';

/** One image that a bake file makes. */
export type BakeImage = {
  readonly target: BakeTarget;
  /** Its repository, and the tag of the commit. */
  readonly image: ImageReference;
  /** Names of the other tags: those of the file, then those of the plan. */
  readonly tags: readonly string[];
  readonly inputs: BuildInputs;
};

/**
 * The images of the targets that were asked for. The repository of a target is the one that its tags name, or `<image>/<target>` when it
 * names none. Throws `input-invalid` with a problem for each target that has no repository, several of them, or the one of another target.
 */
export function bakeImagesOf(printed: PrintedBake, plan: BakePlan, sha256: Ports['sha256']): readonly BakeImage[] {
  const problems: Problem[] = [];
  const images: BakeImage[] = [];
  for (const target of printed.asked.filter(({ definition }) => makesImage(definition))) {
    try {
      const { repository, tags } = plan.isPushed ? referencesOf(target, plan) : anyReferencesOf(target, plan);
      const image = { ...repository, tag: plan.tag, digest: undefined };
      const other = images.find((before) => sameRepository(before.image, image));
      if (other !== undefined && plan.isPushed) {
        throw new Error(
          `it is pushed to ${repositoryOf(image)}, and so is the target "${other.target.name}": both would be ${repositoryOf(image)}:${plan.tag}`,
        );
      }
      images.push({ target, image, tags, inputs: bakeInputs(target, plan, printed, sha256) });
    } catch (error) {
      problems.push({
        message: `target "${target.name}": ${messageOf(error)}`,
        hint: 'Each target that is deployed needs a repository of its own: the one of its tags, else "<image>/<target>".',
        ...(plan.files[0] === undefined ? {} : { file: relative(plan.workspace, plan.files[0]) }),
      });
    }
  }
  if (images.length === 0 && problems.length === 0) {
    problems.push({ message: `No target of ${filesOf(plan)} that is asked for makes an image` });
  }
  if (problems.length > 0) {
    throw failureOf('input-invalid', problems, `${problems.length} targets of ${filesOf(plan)} cannot be pushed`);
  }
  return images;
}

/** The names of the files, as the user knows them. */
export function filesOf({ files }: Pick<BakePlan, 'files'>): string {
  return files.map((file) => basename(file)).join(', ');
}

type References = { readonly repository: ImageReference; readonly tags: readonly string[] };

/** What is not pushed needs no name: its tags may be made of what this run is not given. */
function anyReferencesOf(target: BakeTarget, plan: BakePlan): References {
  try {
    return referencesOf(target, plan);
  } catch {
    return { repository: parseImageReference(target.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')), tags: [] };
  }
}

function referencesOf({ name, definition }: BakeTarget, plan: BakePlan): References {
  const texts = valueAt(definition, 'tags');
  const [first, ...others] = (Array.isArray(texts) ? texts : []).map((text) => parseImageReference(String(text)));
  if (first === undefined) {
    if (plan.image === undefined) {
      throw new Error('it has no tags, and there is no input image to name its repository by');
    }
    return { repository: parseImageReference(`${repositoryOf(plan.image)}/${name.toLowerCase()}`), tags: plan.tags };
  }
  const foreign = others.find((other) => !sameRepository(other, first));
  if (foreign !== undefined) {
    throw new Error(`its tags are of two repositories, ${repositoryOf(first)} and ${repositoryOf(foreign)}`);
  }
  const names = [first, ...others].map(({ tag }) => tag ?? 'latest');
  return { repository: first, tags: [...new Set([...names, ...plan.tags])].filter((tag) => tag !== plan.tag) };
}
