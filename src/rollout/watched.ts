import { numberAt, objectsAt, valueAt, type JsonObject } from '../values/json.ts';

/**
 * Whether somebody looks at what a rollout starts: a probe that has to succeed first, or `minReadySeconds`. Else a pod counts as ready the
 * moment it runs. A StatefulSet is done by its ready pods, for which `minReadySeconds` does not matter (kubectl rollout_status.go).
 */
export function isWatched(object: JsonObject | undefined): boolean {
  const spec = valueAt(object, 'spec', 'template', 'spec') ?? valueAt(object, 'spec');
  const isProbed = objectsAt(spec, 'containers').some(
    (container) => container['readinessProbe'] !== undefined || container['startupProbe'] !== undefined,
  );
  const isWaitedFor = object?.['kind'] !== 'StatefulSet' && (numberAt(object, 'spec', 'minReadySeconds') ?? 0) > 0;
  return isProbed || isWaitedFor;
}
