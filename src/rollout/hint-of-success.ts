import { objectsAt, type JsonObject } from '../values/json.ts';
import { isWatched } from './watched.ts';

/** A pod that nobody probes counts as ready because it runs: that it also works is then seen by nobody. */
export function hintOfSuccess(object: JsonObject | undefined): string | undefined {
  const hasPods = objectsAt(object, 'spec', 'template', 'spec', 'containers').length > 0;
  if (!hasPods || object?.['kind'] === 'Job' || isWatched(object)) {
    return undefined;
  }
  const lack =
    object?.['kind'] === 'StatefulSet' ? 'no readinessProbe' : 'neither a readinessProbe nor minReadySeconds';
  return `it has ${lack}: that its pods run is all that is known of them`;
}
