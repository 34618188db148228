import { DeployError } from '../errors.ts';
import { objectsAt, textAt, type JsonObject } from '../values/json.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import { listNewestPods } from './newest-pods.ts';
import { isLeaving, isReady } from './pod-state.ts';
import { restartsOf } from './proof.ts';
import { settle, type Session } from './session.ts';
import { OUTAGE_BUDGET_SECONDS, settleUnknown } from './settle-rest.ts';
import type { Tracker } from './tracker.ts';

const LOOK_MILLISECONDS = 2000;

/** What a pod was when it was seen ready first. */
type Baseline = { readonly restarts: number; readonly readySince: string };

/**
 * Watches finished rollouts for a while: a restart, or a pod that was ready and is not, or was not in between, makes a failure of the
 * success. Pods that are deleted, and pods that are new, are no trouble: somebody scales. It ends with a look that was answered.
 */
export async function soak(session: Session): Promise<void> {
  const { clock, notify } = session.context.ports;
  const until = clock.elapsed() + session.plan.soakSeconds * 1000;
  const baselines = new Map<string, Baseline>();
  notify({ kind: 'state', text: `all rolled out; watching for ${session.plan.soakSeconds} s whether they stay so` });
  for (;;) {
    const isAnswered = await lookAtAll(session, baselines);
    const hasFailed = session.trackers.some(
      ({ stage }) => stage.kind === 'settled' && stage.ending.kind !== 'succeeded',
    );
    if (hasFailed || (isAnswered && clock.elapsed() >= until)) {
      return;
    }
    if (!isAnswered && (session.reachability.outage()?.seconds ?? 0) > OUTAGE_BUDGET_SECONDS) {
      session.trackers.forEach((tracker) => settleUnknown(tracker, session));
      return;
    }
    await clock.sleep(LOOK_MILLISECONDS);
  }
}

/** False when the API server did not answer. */
async function lookAtAll(session: Session, baselines: Map<string, Baseline>): Promise<boolean> {
  try {
    for (const [namespace, group] of Map.groupBy(session.trackers, ({ pinned }) => pinned.subject.namespace)) {
      const pods = await listNewestPods(namespace, group, session.context.api);
      for (const [tracker, own] of pods) {
        const trouble = own.map((pod) => troubleOf(pod, baselines)).find((text) => text !== undefined);
        await (trouble === undefined ? undefined : fail(tracker, trouble, own, session));
      }
    }
    return true;
  } catch (error) {
    if (!(error instanceof DeployError) || error.code === 'cancelled') {
      throw error;
    }
    if (error.code === 'access-denied') {
      session.context.ports.notify({ kind: 'warning', text: `soak: ${error.message}` });
      return true;
    }
    return false;
  }
}

function troubleOf(pod: JsonObject, baselines: Map<string, Baseline>): string | undefined {
  const name = textAt(pod, 'metadata', 'name') ?? '';
  const uid = textAt(pod, 'metadata', 'uid') ?? name;
  const before = baselines.get(uid);
  const restarts = restartsOf(pod);
  if (isLeaving(pod)) {
    return undefined;
  }
  if (before === undefined) {
    if (isReady(pod)) {
      baselines.set(uid, { restarts, readySince: readyTransition(pod) });
    }
    return undefined;
  }
  if (restarts > before.restarts) {
    return `pod ${name} restarted after it had been ready`;
  }
  if (!isReady(pod)) {
    return `pod ${name} is not ready any more`;
  }
  return readyTransition(pod) === before.readySince ? undefined : `pod ${name} was not ready in between`;
}

function readyTransition(pod: JsonObject): string {
  const ready = objectsAt(pod, 'status', 'conditions').find(({ type }) => type === 'Ready');
  return textAt(ready, 'lastTransitionTime') ?? '';
}

async function fail(tracker: Tracker, text: string, pods: readonly JsonObject[], session: Session): Promise<void> {
  const { api, ports } = session.context;
  const view = { pinned: tracker.pinned, object: tracker.object, pods, olderPods: [], events: [] };
  const verdict = { kind: 'failed', reason: 'unstable', text, finding: undefined } as const;
  const diagnosis = await diagnose(view, verdict, { api, clock: ports.clock });
  settle(tracker, { kind: 'failed', reason: 'unstable', diagnosis }, session);
}
