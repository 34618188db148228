import type { Target } from '../kube/target.ts';
import { needsFor, type Need } from './need.ts';
import { referencesOf } from './pod-references.ts';
import { isAlwaysThere, referredBy, resourceOfReferred } from './reference-places.ts';

/** The rights by which it is looked for what pods name. Labels and names of keys are asked for, never values. */
export function needsOfReferences(targets: readonly Target[]): readonly Need[] {
  return targets.flatMap(({ object, namespace }) =>
    referencesOf(object)
      .map((reference) => referredBy(reference, namespace))
      .filter((referred) => !isAlwaysThere(referred))
      .flatMap((referred) =>
        needsFor(['get'], {
          ...resourceOfReferred(referred),
          name: referred.name,
          because: 'without it nobody knows before the first change whether what pods name is there',
          use: 'helpful',
        }),
      ),
  );
}
