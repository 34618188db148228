import { DeployError } from '../errors.ts';
import type { RolloutReason } from '../reasons.ts';
import { isJsonObject, textAt, type JsonObject } from '../values/json.ts';
import { learn } from './ask.ts';
import { assessTracker } from './assess-tracker.ts';
import { completeView } from './complete-view.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import type { Diagnosis } from './diagnosis/diagnosis.ts';
import { endingWithoutPods } from './ending.ts';
import { readSubject } from './read.ts';
import { settle, type Session } from './session.ts';
import type { Tracker } from './tracker.ts';
import type { Verdict } from './verdict.ts';
import { isLeaving } from './pod-state.ts';
import type { RolloutView } from './view.ts';

type BadVerdict = Extract<Verdict, { readonly kind: 'failed' | 'superseded' }>;

/** A look that was contradicted is not repeated before this. */
const REST_MILLISECONDS = 1000;

/**
 * A failure counts only when the objects, read anew, and fresh answers to all questions come to it again; a rollout that is ready
 * meanwhile is ready. The pods are asked why before anything else happens to them.
 */
export async function verify(
  tracker: Tracker,
  seen: RolloutView,
  verdict: BadVerdict,
  session: Session,
): Promise<void> {
  const { api, registry, ports } = session.context;
  const goOn = (): void => {
    tracker.restsUntilMilliseconds = ports.clock.elapsed() + REST_MILLISECONDS;
    tracker.stage = { kind: 'watching' };
  };
  try {
    const view = await readAnew(tracker, seen, verdict, session);
    const { questions } = assessTracker(tracker, view, session);
    await Promise.all(questions.map(async (question) => learn(tracker, question, { api, registry })));
    const again = assessTracker(tracker, view, session);
    if (again.verdict.kind === 'superseded') {
      settle(tracker, endingWithoutPods('superseded', 'rollout-superseded', again.verdict.text), session);
      return;
    }
    if (again.verdict.kind !== 'failed') {
      goOn();
      return;
    }
    const whole = await completeView(view, tracker, api);
    const diagnosis = await diagnose(whole, again.verdict, { api, clock: ports.clock });
    settle(tracker, { kind: 'failed', reason: reasonOf(again.verdict.reason, diagnosis), diagnosis }, session);
  } catch (error) {
    if (!(error instanceof DeployError) || error.code === 'cancelled') {
      throw error;
    }
    goOn();
  }
}

/** A deadline and a missing pod are no causes: where the pods tell one, that is the reason. */
function reasonOf(said: RolloutReason, { reason }: Diagnosis): RolloutReason {
  const isEffect = said === 'progress-deadline-exceeded' || said === 'pods-not-created';
  return isEffect ? (reason ?? said) : said;
}

async function readAnew(
  tracker: Tracker,
  seen: RolloutView,
  verdict: BadVerdict,
  { context }: Session,
): Promise<RolloutView> {
  const podName = verdict.kind === 'failed' ? verdict.finding?.place.podName : undefined;
  const [{ object }, pod] = await Promise.all([
    readSubject(tracker.pinned.subject, context.api),
    podName === undefined ? undefined : readPod(tracker.pinned.subject.namespace, podName, seen, context.api),
  ]);
  const renewed = (pods: readonly JsonObject[]): readonly JsonObject[] =>
    pods.flatMap((one) => {
      const isAnother = textAt(one, 'metadata', 'name') !== podName;
      return isAnother ? [one] : pod === undefined || isLeaving(pod) ? [] : [pod];
    });
  return { ...seen, object, pods: renewed(seen.pods), olderPods: renewed(seen.olderPods) };
}

/** The pod as it is now, or as it was seen where single pods may not be read; undefined when it is gone. */
async function readPod(
  namespace: string,
  name: string,
  seen: RolloutView,
  api: Session['context']['api'],
): Promise<JsonObject | undefined> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
  const answer = await api.request({ method: 'GET', path });
  if (answer.status === 403) {
    return seen.pods.find((pod) => textAt(pod, 'metadata', 'name') === name);
  }
  if (answer.status === 404 || !isJsonObject(answer.body)) {
    return undefined;
  }
  if (answer.status >= 300) {
    throw new DeployError('cluster-unreachable', `the pod ${name} cannot be read: HTTP ${answer.status}`);
  }
  return answer.body;
}
