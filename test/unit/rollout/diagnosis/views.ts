import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Conclusion } from '../../../../src/rollout/diagnosis/decide.ts';
import { diagnose } from '../../../../src/rollout/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../../../src/rollout/diagnosis/diagnosis.ts';
import type { Finding, Place } from '../../../../src/rollout/verdict.ts';
import type { RolloutView } from '../../../../src/rollout/view.ts';
import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../../../../src/values/json.ts';
import { isRolloutKind } from '../../../../src/values/workload.ts';
import { fakeApi, type ApiAnswers } from '../../../support/fake-api.ts';

/** What there is to diagnose: pods as a test writes them, and those of a real kubelet. */

export const UID = 'uid-server';

export function viewOf(more: Partial<RolloutView> = {}): RolloutView {
  const subject = { kind: 'Deployment', namespace: 'shop', name: 'server', rule: 'Deployment', path: '/x' } as const;
  return {
    pinned: { subject, uid: UID, generation: 2, isChanged: true, images: new Map(), serverTimeMilliseconds: 0 },
    object: { metadata: { name: 'server', uid: UID }, spec: { replicas: 1 } },
    pods: [],
    olderPods: [],
    events: [],
    ...more,
  };
}

export type Status = JsonObject & { readonly name?: string };

/** A pod with one container `server` in that state; its uid is `uid-<name>`. */
export function pod(name: string, status: Status, more: JsonObject = {}): JsonObject {
  return {
    metadata: { name, uid: `uid-${name}` },
    spec: { nodeName: 'n1', containers: [{ name: 'server', image: 'app:1' }] },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'server', image: 'app:1', ready: false, restartCount: 0, ...status }],
    },
    ...more,
  };
}

export const crashed = (exitCode: number, restartCount = 2): Status => ({
  restartCount,
  state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container=server' } },
  lastState: { terminated: { exitCode, reason: 'Error' } },
});

export const event = (about: string, reason: string, message: string, more: JsonObject = {}): JsonObject => ({
  involvedObject: { uid: about },
  reason,
  message,
  ...more,
});

export function finding(more: Partial<Finding>, place: Place = {}): Finding {
  return {
    reason: 'container-crashed',
    row: 'crash',
    place,
    word: 'CrashLoopBackOff',
    text: '',
    observations: 1,
    ...more,
  };
}

export const TIMED_OUT: Conclusion = { reason: 'rollout-timed-out', text: 'not done within 60 s: 0 of 1 updated' };

export const logPath = (podName: string, container: string, isPrevious: boolean): string =>
  `/api/v1/namespaces/shop/pods/${podName}/log?container=${container}&previous=${isPrevious}&tailLines=30&limitBytes=65536`;

/** A diagnosis in a cluster that answers only what is given; waiting takes no time. */
export async function diagnosed(
  view: RolloutView,
  conclusion: Conclusion = TIMED_OUT,
  answers: ApiAnswers = {},
): Promise<Diagnosis> {
  return diagnose(view, conclusion, { api: fakeApi(answers), clock: { sleep: async () => {} } });
}

/** Recorded on the lab (Kubernetes 1.34, containerd) half a minute after the apply, without what nobody looks at. */
const RECORDED: unknown = JSON.parse(readFileSync(join(import.meta.dirname, 'recorded.json'), 'utf8'));

export const RECORDED_NAMES: readonly string[] = isJsonObject(RECORDED) ? Object.keys(RECORDED) : [];

export type Recorded = { readonly view: RolloutView; readonly logs: ApiAnswers };

export function recorded(name: string): Recorded {
  const record = valueAt(RECORDED, name);
  const kind = textAt(record, 'kind') ?? '';
  const subject = {
    kind,
    namespace: textAt(record, 'namespace') ?? '',
    name: textAt(record, 'name') ?? '',
    rule: isRolloutKind(kind) ? kind : ('Job' as const),
    path: '/x',
  };
  const uid = textAt(record, 'uid') ?? '';
  const logs = valueAt(record, 'logs');
  const view = viewOf({
    pinned: { ...viewOf().pinned, subject, uid },
    object: { metadata: { name: subject.name, uid }, status: { conditions: objectsAt(record, 'conditions') } },
    pods: objectsAt(record, 'pods'),
    events: objectsAt(record, 'events'),
  });
  return { view, logs: isJsonObject(logs) ? logs : {} };
}

/** What the diagnosis of a recorded rollout that ran out of time is. */
export async function diagnosedRecord(name: string): Promise<Diagnosis> {
  const { view, logs } = recorded(name);
  const isJob = view.pinned.subject.rule === 'Job';
  return diagnosed(view, isJob ? { reason: 'job-failed', text: 'BackoffLimitExceeded' } : TIMED_OUT, logs);
}
