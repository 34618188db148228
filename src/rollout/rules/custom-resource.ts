import { declaredConditions } from '../../kube/wait-annotations.ts';
import { formatFieldCondition, isMet } from '../../values/field-condition.ts';
import { numberAt, objectsAt, textAt, valueAt, type JsonObject } from '../../values/json.ts';
import { conditionOf, done, explanation, failed, trueCondition, UNSEEN, waiting, type Progress } from './progress.ts';

/**
 * Done by what the manifest declares (k8s-deploy/ready-when), else by the conditions of kstatus: Stalled, Reconciling, Ready. An Argo
 * Rollout has a phase instead. A kind that has none of them is done at once: there is nothing to wait for.
 */
export function customProgress(object: JsonObject): Progress {
  if (isBehind(object)) {
    return waiting(UNSEEN);
  }
  return declaredProgress(object) ?? phaseProgress(object) ?? conditionProgress(object);
}

/** Controllers that tell no observedGeneration often tell it in the condition; Argo writes it as text, once a hash. */
function isBehind(object: JsonObject): boolean {
  const said =
    valueAt(object, 'status', 'observedGeneration') ?? conditionOf(object, 'Ready')?.['observedGeneration'] ?? '';
  const observed = said === '' ? Number.NaN : Number(said);
  return observed < (numberAt(object, 'metadata', 'generation') ?? 0);
}

function declaredProgress(object: JsonObject): Progress | undefined {
  const { readyWhen, failedWhen } = declaredConditions(object);
  if (failedWhen !== undefined && isMet(failedWhen, object)) {
    return failed('resource-stalled', `has failed: ${formatFieldCondition(failedWhen)}`);
  }
  if (readyWhen === undefined) {
    return undefined;
  }
  const text = formatFieldCondition(readyWhen);
  return isMet(readyWhen, object) ? done(`is ready: ${text}`) : waiting(`waits for ${text}`);
}

function phaseProgress(object: JsonObject): Progress | undefined {
  const isRollout = textAt(object, 'apiVersion')?.startsWith('argoproj.io/') === true && object['kind'] === 'Rollout';
  if (!isRollout) {
    return undefined;
  }
  const phase = textAt(object, 'status', 'phase') ?? 'without a phase yet';
  const text = `is ${phase.toLowerCase()}${explanation({ message: textAt(object, 'status', 'message') })}`;
  switch (phase) {
    case 'Healthy':
      return done(text);
    case 'Degraded':
      return failed('resource-stalled', text);
    default:
      return waiting(text);
  }
}

function conditionProgress(object: JsonObject): Progress {
  const stalled = trueCondition(object, 'Stalled');
  if (stalled !== undefined) {
    return failed('resource-stalled', `is stalled${explanation(stalled)}`);
  }
  const reconciling = trueCondition(object, 'Reconciling');
  if (reconciling !== undefined) {
    return waiting(`is being reconciled${explanation(reconciling)}`);
  }
  const ready = conditionOf(object, 'Ready');
  if (ready === undefined) {
    const hasConditions = objectsAt(object, 'status', 'conditions').length > 0;
    return done(hasConditions ? 'has no condition Ready to wait for' : 'has no conditions to wait for');
  }
  return ready['status'] === 'True' ? done('is ready') : waiting(`is not ready${explanation(ready)}`);
}
