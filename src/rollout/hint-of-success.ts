import { numberAt, objectsAt, type JsonObject } from '../values/json.ts';

/** A pod without a readinessProbe counts as ready the moment it runs: that it also works is then seen by nobody. */
export function hintOfSuccess(object: JsonObject | undefined): string | undefined {
  const containers = objectsAt(object, 'spec', 'template', 'spec', 'containers');
  const isProbed = containers.some((container) => container['readinessProbe'] !== undefined);
  const isWatched = (numberAt(object, 'spec', 'minReadySeconds') ?? 0) > 0;
  return containers.length === 0 || isProbed || isWatched || object?.['kind'] === 'Job'
    ? undefined
    : 'it has neither a readinessProbe nor minReadySeconds: its pods count as ready the moment they run';
}
