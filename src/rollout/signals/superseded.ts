import { commitOf } from '../../kube/own-annotations.ts';
import { numberAt, objectsAt, textAt, type JsonObject } from '../../values/json.ts';
import { templateImages } from '../template-images.ts';
import type { RolloutView } from '../view.ts';

/**
 * Tells somebody else's rollout from ours: the template has other images than those that were pinned, or the object was deployed from another
 * commit since. Otherwise the same images in another template (a restart, an annotation that something adds) or another number of replicas
 * are followed. Completes "server: …".
 */
export function supersededBy({ object, pinned }: RolloutView): string | undefined {
  if (object === undefined || (numberAt(object, 'metadata', 'generation') ?? 0) <= pinned.generation) {
    return undefined;
  }
  const commit = commitOf(object);
  const now = templateImages(object, pinned.subject.rule);
  const names = [...new Set([...pinned.images.keys(), ...now.keys()])];
  const changed = names.find((name) => pinned.images.get(name) !== now.get(name));
  if (pinned.images.size === 0 || now.size === 0 || changed === undefined) {
    return commit === undefined || commit === pinned.commit
      ? undefined
      : `the deploy of commit ${commit.slice(0, 7)} took the place of this one`;
  }
  const image = now.get(changed);
  const revision = textAt(object, 'metadata', 'annotations', 'deployment.kubernetes.io/revision');
  const manager = lastManager(object);
  return [
    "somebody else's change took the place of this one",
    ...(manager === undefined ? [] : [` (${manager})`]),
    ...(revision === undefined ? [] : [`, revision ${revision}`]),
    image === undefined ? `: container ${changed} is gone` : `: container ${changed} is to run ${image}`,
  ].join('');
}

/** Who changed something other than the status last, as far as the object tells. */
function lastManager(object: JsonObject): string | undefined {
  const entries = objectsAt(object, 'metadata', 'managedFields')
    .filter((entry) => (textAt(entry, 'subresource') ?? '') === '')
    .toSorted((one, other) => (textAt(one, 'time') ?? '').localeCompare(textAt(other, 'time') ?? ''));
  return textAt(entries.at(-1), 'manager');
}
