import { numberAt, valueAt, type JsonObject } from '../../values/json.ts';
import { done, explanation, failed, trueCondition, waiting, type Progress } from './progress.ts';

/**
 * A Job is done by its condition Complete, or SuccessCriteriaMet that comes before it; failed by Failed, or FailureTarget before it
 * (Kubernetes, Job conditions). One that is suspended starts when somebody resumes it.
 */
export function jobProgress(object: JsonObject): Progress {
  const succeeded = numberAt(object, 'status', 'succeeded') ?? 0;
  const failures = numberAt(object, 'status', 'failed') ?? 0;
  const completions = numberAt(object, 'spec', 'completions');
  const completed = completions === undefined ? `${succeeded} completed` : `${succeeded} of ${completions} completed`;
  const counts = failures === 0 ? completed : `${completed}, ${failures} failed`;
  const failure = trueCondition(object, 'Failed') ?? trueCondition(object, 'FailureTarget');
  if (failure !== undefined) {
    return failed('job-failed', `failed${explanation(failure)}`);
  }
  if ((trueCondition(object, 'Complete') ?? trueCondition(object, 'SuccessCriteriaMet')) !== undefined) {
    return done(counts);
  }
  return valueAt(object, 'spec', 'suspend') === true ? done('is suspended, not waited for') : waiting(counts);
}
