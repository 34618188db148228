import { closest } from 'fastest-levenshtein';
import type { Finding } from '../errors.ts';
import type { Manifest } from '../kube/manifest.ts';
import { describeObject } from '../kube/object.ts';
import type { ImagePath } from '../values/image-path.ts';
import {
  formatImageReference,
  isUnpinned,
  repositoryOf,
  sameRepository,
  type ImageReference,
} from '../values/image.ts';
import { imagesOf, isAnywhere, type ContainerImage } from './container-images.ts';

/** One container, or other field, that got another image. */
export type Replacement = {
  readonly file: string;
  readonly line: number | undefined;
  readonly object: string;
  /** The name of the container; `.spec.image` for a field that the input image-paths names. */
  readonly container: string;
  readonly before: string;
  readonly after: string;
};

export type PinnedManifests = {
  readonly manifests: readonly Manifest[];
  readonly replacements: readonly Replacement[];
};

/**
 * What is wrong with the images of the manifests when these repositories are what the run brings: one that no container uses, a path that
 * leads nowhere, an image of another repository that may be something else tomorrow, an image that cannot be read. Tags and digests of
 * `repositories` do not count.
 */
export function findImageProblems(
  manifests: readonly Manifest[],
  repositories: readonly ImageReference[],
  imagePaths: readonly ImagePath[],
): readonly Finding[] {
  const images = manifests.flatMap((manifest) => imagesOf(manifest, imagePaths));
  const unmatched = repositories.filter((repository) => !images.some((image) => usesRepository(image, repository)));
  return [
    ...unmatched.map((repository) => unmatchedFinding(repository, images)),
    ...imagePaths.filter((path) => !isAnywhere(path, manifests)).map((path) => nowhereFinding(path, manifests)),
    ...images.flatMap((image) => findingsOf(image, repositories)),
  ];
}

/** Every image whose repository is one of these becomes that one. */
export function pinImages(
  manifests: readonly Manifest[],
  images: readonly ImageReference[],
  imagePaths: readonly ImagePath[],
): PinnedManifests {
  const pinned = manifests.map((manifest) => pinManifest(manifest, images, imagePaths));
  return {
    manifests: pinned.map(({ manifest }) => manifest),
    replacements: pinned.flatMap(({ replacements }) => replacements),
  };
}

type PinnedManifest = { readonly manifest: Manifest; readonly replacements: readonly Replacement[] };

function pinManifest(
  manifest: Manifest,
  images: readonly ImageReference[],
  imagePaths: readonly ImagePath[],
): PinnedManifest {
  const pins = imagesOf(manifest, imagePaths).flatMap((image) => {
    const pin = images.find((candidate) => usesRepository(image, candidate));
    return pin === undefined ? [] : [{ image, after: formatImageReference(pin) }];
  });
  const edits = pins.map(({ image, after }) => ({ path: image.path, value: after }));
  return {
    manifest: edits.length === 0 ? manifest : manifest.edited(edits),
    replacements: pins.map(({ image, after }) => ({
      file: manifest.file,
      line: image.line,
      object: describeObject(manifest.object),
      container: image.container,
      before: image.text,
      after,
    })),
  };
}

function usesRepository(image: ContainerImage, repository: ImageReference): boolean {
  return image.reference.kind === 'parsed' && sameRepository(image.reference.image, repository);
}

function findingsOf(image: ContainerImage, repositories: readonly ImageReference[]): readonly Finding[] {
  const { reference, file, line, text } = image;
  const place = `${image.place} of ${describeObject(image.object)}`;
  if (reference.kind === 'unreadable') {
    const hint = text.includes('${') ? 'Name the variable in the input vars, if it is one of the step.' : undefined;
    return [{ code: 'manifest-invalid', problem: { message: `${place}: ${reference.message}`, hint, file, line } }];
  }
  const isReplaced = repositories.some((repository) => sameRepository(repository, reference.image));
  if (isReplaced || !isUnpinned(reference.image)) {
    return [];
  }
  const message = `${place}: the image "${text}" has no fixed version and may be another one tomorrow`;
  const hint = 'Write a tag that is not latest, or a digest; or name it in the inputs image or images.';
  return [{ code: 'image-unpinned', problem: { message, hint, file, line } }];
}

function unmatchedFinding(repository: ImageReference, images: readonly ContainerImage[]): Finding {
  const name = repositoryOf(repository);
  return {
    code: 'image-unmatched',
    problem: { message: `no container in the manifests uses the image ${name}`, hint: hintFor(name, images) },
  };
}

function nowhereFinding({ kind, text }: ImagePath, manifests: readonly Manifest[]): Finding {
  const isThere = manifests.some(({ object }) => object.kind === kind);
  const message = `"${text}" of the input image-paths matches nothing in the manifests`;
  const hint = isThere ? `There is a ${kind}: check its group and the path.` : `There is no ${kind} in the manifests.`;
  return { code: 'image-unmatched', problem: { message, hint } };
}

function hintFor(name: string, images: readonly ContainerImage[]): string {
  const names = images.flatMap(({ reference }) => (reference.kind === 'parsed' ? [repositoryOf(reference.image)] : []));
  const there = [...new Set(names)].toSorted();
  const [first, ...others] = there;
  if (first === undefined) {
    return 'The manifests have no container with an image at all.';
  }
  if (others.length === 0) {
    return `The manifests have only ${first}.`;
  }
  return `The manifests have ${there.join(', ')}. The nearest is ${closest(name, there)}.`;
}
