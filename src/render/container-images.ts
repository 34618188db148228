import { messageOf } from '../errors.ts';
import type { FieldPath, Manifest } from '../kube/manifest.ts';
import type { KubeObject } from '../kube/object.ts';
import { containersOf } from '../kube/pod-template.ts';
import { isForKind, type ImagePath } from '../values/image-path.ts';
import { parseImageReference, type ImageReference } from '../values/image.ts';
import { fieldsAt } from '../values/json-path.ts';

export type Reading =
  | { readonly kind: 'parsed'; readonly image: ImageReference }
  | { readonly kind: 'unreadable'; readonly message: string };

/** One image of an object, and where it is written. */
export type ContainerImage = {
  readonly object: KubeObject;
  /** The name of the container; `.spec.image` for a field that the input image-paths names. */
  readonly container: string;
  /** How a sentence calls that: "container server", or the field alone. */
  readonly place: string;
  readonly text: string;
  readonly reference: Reading;
  readonly path: FieldPath;
  readonly file: string;
  readonly line: number | undefined;
};

/**
 * The images of all containers that have one, init containers first, and those at the paths for the kind of the object. A missing image is
 * the API server's to refuse.
 */
export function imagesOf(manifest: Manifest, imagePaths: readonly ImagePath[]): readonly ContainerImage[] {
  const containers = containersOf(manifest.object).flatMap(({ name, image, path }) =>
    image === undefined ? [] : [imageAt(manifest, [...path, 'image'], image, name, `container ${name}`)],
  );
  const images = new Map(containers.map((image) => [JSON.stringify(image.path), image]));
  for (const { path, value } of imagePaths.flatMap((imagePath) => fieldsOf(manifest, imagePath))) {
    const key = JSON.stringify(path);
    const field = formatted(path);
    images.set(key, images.get(key) ?? imageAt(manifest, path, value, field, field));
  }
  return [...images.values()];
}

/** Whether there is a field at the path in any of the manifests. */
export function isAnywhere(imagePath: ImagePath, manifests: readonly Manifest[]): boolean {
  return manifests.some((manifest) => fieldsOf(manifest, imagePath).length > 0);
}

function fieldsOf({ object }: Manifest, imagePath: ImagePath): ReturnType<typeof fieldsAt> {
  return isForKind(imagePath, object) ? fieldsAt(object, imagePath.path) : [];
}

function imageAt(
  manifest: Manifest,
  path: FieldPath,
  value: unknown,
  container: string,
  place: string,
): ContainerImage {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const reference = typeof value === 'string' ? readingOf(value) : NO_TEXT;
  const { object, file } = manifest;
  return { object, container, place, text, reference, path, file, line: manifest.lineOf(path) };
}

const NO_TEXT: Reading = { kind: 'unreadable', message: 'the image is not text' };

function readingOf(text: string): Reading {
  try {
    return { kind: 'parsed', image: parseImageReference(text) };
  } catch (error) {
    return { kind: 'unreadable', message: messageOf(error) };
  }
}

/** ".spec.containers[0].image" */
function formatted(path: FieldPath): string {
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
}
