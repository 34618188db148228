import type { Problem } from '../errors.ts';
import { getObject, type KubeApi } from '../kube/api.ts';
import { isKubeObject, type KubeObject } from '../kube/object.ts';
import { containersOf } from '../kube/pod-template.ts';
import { workloadPath } from '../kube/workload-path.ts';
import type { SetImage } from '../values/change.ts';
import {
  formatImageReference,
  parseImageReference,
  repositoryOf,
  sameRepository,
  type ImageReference,
} from '../values/image.ts';
import { formatWorkload, sameWorkload, type Workload } from '../values/workload.ts';

export type ContainerImage = { readonly container: string; readonly before: string; readonly after: string };

/** One workload outside of the manifests, and the containers of it that get another image; none when all have it already. */
export type ImageChange = {
  readonly workload: Workload;
  readonly object: KubeObject;
  readonly images: readonly ContainerImage[];
};

/** Where the workloads are, which of them the manifests have, and the images that this run brings. */
export type SetImageScope = {
  readonly namespace: string;
  readonly inManifests: readonly Workload[];
  readonly images: readonly ImageReference[];
};

export type PlannedImages = { readonly changes: readonly ImageChange[]; readonly problems: readonly Problem[] };

/**
 * Validates every name of `set-image` against the live objects before anything changes: kubectl set image would patch the other
 * containers although one name is wrong (kubectl set_image.go).
 */
export async function planSetImages(
  wishes: readonly SetImage[],
  scope: SetImageScope,
  api: KubeApi,
): Promise<PlannedImages> {
  const names = [...new Set(wishes.map((wish) => formatWorkload(wish.workload)))];
  const planned = await Promise.all(
    names.map(async (name) => {
      const own = wishes.filter((wish) => formatWorkload(wish.workload) === name);
      return planOne(own, scope, api);
    }),
  );
  return {
    changes: planned.flatMap((one) => one.changes),
    problems: planned.flatMap((one) => one.problems),
  };
}

async function planOne(wishes: readonly SetImage[], scope: SetImageScope, api: KubeApi): Promise<PlannedImages> {
  const [first] = wishes;
  if (first === undefined) {
    return { changes: [], problems: [] };
  }
  const workload: Workload = { ...first.workload, namespace: scope.namespace };
  const name = formatWorkload(workload);
  if (scope.inManifests.some((other) => sameWorkload(other, workload))) {
    return problem(
      `set-image: ${name} is in the manifests`,
      'Leave it out of set-image: the image is put into the manifest before it is applied.',
    );
  }
  const object = await getObject(api, workloadPath(workload), `read ${name}`);
  if (!isKubeObject(object)) {
    return problem(
      `set-image: there is no ${name} in the namespace ${scope.namespace}`,
      'Check kind, name and namespace.',
    );
  }
  const images = wishes.map((wish) => planContainer(wish, object, scope.images));
  const problems = images.filter((image): image is Problem => 'message' in image);
  const changed = images.filter((image): image is ContainerImage => 'after' in image && image.before !== image.after);
  return { changes: [{ workload, object, images: changed }], problems };
}

function planContainer(
  wish: SetImage,
  object: KubeObject,
  images: readonly ImageReference[],
): ContainerImage | Problem {
  const name = formatWorkload(wish.workload);
  const containers = containersOf(object);
  const container = containers.find((candidate) => candidate.name === wish.container);
  if (container === undefined) {
    const known = containers.map((candidate) => candidate.name).join(', ');
    return {
      message: `set-image: ${name} has no container "${wish.container}"; it has ${known}`,
      hint: 'Check the name of the container.',
    };
  }
  const before = container.image ?? '';
  const image = imageFor(wish.image, before, images);
  if (image === undefined) {
    return {
      message: `set-image: no image is known for ${name} ${wish.container}`,
      hint:
        images.length === 0
          ? 'Write container=repo/app:tag, or build an image in this run.'
          : `Write which one of this run it is, container=repository: ${images.map(repositoryOf).join(', ')}.`,
    };
  }
  return { container: wish.container, before, after: formatImageReference(image) };
}

/**
 * A repository alone stands for the image that this run has of it, and a line without one for the image of this run; when there are several, for
 * the one of the repository that the container has now.
 */
function imageFor(
  wish: ImageReference | undefined,
  before: string,
  images: readonly ImageReference[],
): ImageReference | undefined {
  if (wish !== undefined) {
    const isOpen = wish.tag === undefined && wish.digest === undefined;
    return (isOpen ? images.find((image) => sameRepository(image, wish)) : undefined) ?? wish;
  }
  return images.length === 1 ? images[0] : images.find((image) => isOfRepository(before, image));
}

function isOfRepository(text: string, image: ImageReference): boolean {
  try {
    return sameRepository(parseImageReference(text), image);
  } catch {
    return false;
  }
}

function problem(message: string, hint: string): PlannedImages {
  return { changes: [], problems: [{ message, hint }] };
}
