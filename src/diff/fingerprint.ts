import type { ImageReference } from '../values/image.ts';
import { isJsonObject, textAt, type JsonObject } from '../values/json.ts';
import type { NamedObject } from '../values/subject.ts';
import { differences } from './differences.ts';
import { withoutDigestsOf } from './image-digests.ts';
import { comparableSides } from './object-diff.ts';
import type { DiffSubject } from './subject.ts';

/** Everything that a deploy would do. */
export type PlannedWork = {
  /** In the order in which it would be done; what is done together is one list. What would be deleted is in it, too. */
  readonly waves: readonly (readonly DiffSubject[])[];
  readonly restarts: readonly { readonly workload: NamedObject; readonly reason: string }[];
  /** Of workloads that the manifests do not have. */
  readonly setImages: readonly {
    readonly workload: NamedObject;
    readonly images: readonly { readonly container: string; readonly before: string; readonly after: string }[];
  }[];
  /** The images whose digests are not known when a plan is made, because they are not built yet. */
  readonly imagesOfRun: readonly ImageReference[];
};

/** Another one makes every plan another one. */
const VERSION = 'k8s-deploy plan 1';

/**
 * One text for one plan: the same state of the cluster and the same manifests give the same text in every run, and whatever would be
 * done otherwise gives another. What stays as it is does not count, so it is no other plan when an autoscaler has changed `replicas`
 * meanwhile, unless the deploy would set them.
 *
 * The text holds the values of Secrets and must only leave the process as its sha256. The uid of each live object is in it. Whoever
 * knows everything else of a plan, the uids included, can still try out a short secret against a published hash; an object that is
 * only created has no uid yet.
 */
export function planFingerprint({ waves, restarts, setImages, imagesOfRun }: PlannedWork): string {
  const text = (value: unknown): string => JSON.stringify(sorted(withoutDigestsOf(imagesOfRun, value)));
  const work = waves
    .map((wave) => wave.flatMap((subject) => workOn(subject, imagesOfRun)))
    .filter((wave) => wave.length > 0);
  return [
    VERSION,
    ...work.map((wave) => `wave ${text(wave)}`),
    ...restarts.map(({ workload, reason }) => `restart ${text({ ...nameOf(workload), reason })}`).toSorted(),
    ...setImages
      .flatMap(({ workload, images }) => images.map((image) => ({ ...nameOf(workload), ...image })))
      .filter(({ before, after }) => text(before) !== text(after))
      .map(
        ({ kind, namespace, name, container, before, after }) =>
          `image ${text({ kind, namespace, name, container, before, after })}`,
      )
      .toSorted(),
  ].join('\n');
}

/** One entry, or none when nothing would be done that one could see. */
function workOn(subject: DiffSubject, imagesOfRun: readonly ImageReference[]): readonly JsonObject[] {
  const { apiVersion, kind, namespace, name, verb } = subject;
  const names = { verb, apiVersion, kind, namespace, name, uid: textAt(subject.before, 'metadata', 'uid') };
  switch (verb) {
    case 'none':
      return [];
    case 'delete':
    case 'restart':
      return [names];
    case 'create':
    case 'replace':
      return [{ ...names, after: sidesWithoutDigests(subject, imagesOfRun).after }];
    case 'change': {
      const { before, after } = sidesWithoutDigests(subject, imagesOfRun);
      const fields = differences(before, after);
      return fields.length === 0 ? [] : [{ ...names, fields }];
    }
  }
}

function sidesWithoutDigests(
  subject: DiffSubject,
  images: readonly ImageReference[],
): { readonly before: unknown; readonly after: unknown } {
  const { before, after } = comparableSides(subject);
  return { before: withoutDigestsOf(images, before), after: withoutDigestsOf(images, after) };
}

function nameOf({ kind, namespace, name }: NamedObject): NamedObject {
  return { kind, namespace, name };
}

/** With the keys of all maps in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  return isJsonObject(value)
    ? Object.fromEntries(
        Object.keys(value)
          .toSorted()
          .map((key) => [key, sorted(value[key])]),
      )
    : value;
}
