import { textAt, type JsonObject } from '../../values/json.ts';
import { done, explanation, failed, trueCondition, waiting, type Progress } from './progress.ts';

/** A Pod that stands alone is done when it is ready or has completed; its phase comes before its conditions, which stay from before. */
export function podProgress(object: JsonObject): Progress {
  const phase = textAt(object, 'status', 'phase') ?? 'Pending';
  switch (phase) {
    case 'Succeeded':
      return done('has completed');
    case 'Failed':
      return failed('pod-failed', `failed${explanation(object['status'])}`);
    default:
      return trueCondition(object, 'Ready') === undefined
        ? waiting(phase === 'Running' ? 'is running, not ready' : `is ${phase.toLowerCase()}`)
        : done('is ready');
  }
}
