import { messageOf } from '../errors.ts';
import type { FieldPath, Manifest } from '../kube/manifest.ts';
import type { KubeObject } from '../kube/object.ts';
import { containersOf } from '../kube/pod-template.ts';
import { parseImageReference, type ImageReference } from '../values/image.ts';

export type Reading =
  | { readonly kind: 'parsed'; readonly image: ImageReference }
  | { readonly kind: 'unreadable'; readonly message: string };

/** The image of one container, and where it is written. */
export type ContainerImage = {
  readonly object: KubeObject;
  readonly container: string;
  readonly text: string;
  readonly reference: Reading;
  readonly path: FieldPath;
  readonly file: string;
  readonly line: number;
};

/** The images of all containers that have one, init containers first. A missing image is the API server's to refuse. */
export function imagesOf(manifest: Manifest): readonly ContainerImage[] {
  return containersOf(manifest.object).flatMap(({ name, image, path }) => {
    if (image === undefined) {
      return [];
    }
    const field = [...path, 'image'];
    return [
      {
        object: manifest.object,
        container: name,
        text: image,
        reference: readingOf(image),
        path: field,
        file: manifest.file,
        line: manifest.lineOf(field),
      },
    ];
  });
}

function readingOf(text: string): Reading {
  try {
    return { kind: 'parsed', image: parseImageReference(text) };
  } catch (error) {
    return { kind: 'unreadable', message: messageOf(error) };
  }
}
