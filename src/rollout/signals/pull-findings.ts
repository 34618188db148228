import { objectsAt, textAt } from '../../values/json.ts';
import { sumOf, type ContainerLook } from './container-look.ts';
import type { Memory } from './memory.ts';
import { rowOf } from './rows.ts';
import { sightingOf, type Sighting } from './sighting.ts';
import { withoutImage } from './texts.ts';

/**
 * Kubelets before 1.32 do not repeat the error while they wait for the next attempt: it is the one of the last attempt then. Observations
 * are attempts that failed for the same cause.
 */
export function pullFindings(
  { pod, container, word = '', text, told, place, scope }: ContainerLook,
  memory: Memory,
): readonly Sighting[] {
  const rowFor = (said: string): string | undefined =>
    rowOf('image', { words: [word], matchText: withoutImage(said, container.image) })?.id;
  const failures = told.filter((event) => textAt(event, 'message')?.startsWith('Failed to pull image') === true);
  const remembered = memory.pulls.get(`${place.podUid ?? ''}/${container.name}`);
  const isBare = text === '' || /^Back-off pulling image "[^"]*"$/.test(text);
  const said = isBare ? (textAt(failures.at(-1), 'message') ?? remembered?.text ?? text) : text;
  const same = failures.filter((event) => rowFor(textAt(event, 'message') ?? '') === rowFor(said));
  return sightingOf({
    family: 'image',
    words: [word],
    text: said,
    matchText: withoutImage(said, container.image),
    place,
    scope,
    observations: Math.max(remembered?.attempts ?? 0, sumOf(same), 1),
    about: {
      image: container.image,
      pullSecrets: objectsAt(pod, 'spec', 'imagePullSecrets').flatMap((secret) => textAt(secret, 'name') ?? []),
    },
  });
}
