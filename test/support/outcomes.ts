import { NO_FACTS, type Facts, type ObjectFact, type PhaseFact, type WorkloadFact } from '../../src/report/facts.ts';
import { concludeRollouts, type Outcome } from '../../src/report/outcome.ts';
import type { ContainerEvidence, Diagnosis, PodGroup } from '../../src/rollout/diagnosis/diagnosis.ts';
import type { WorkloadOutcome } from '../../src/rollout/outcome.ts';
import { parseImageReference } from '../../src/values/image.ts';
import type { Workload } from '../../src/values/workload.ts';

export const SHA = 'abcdef0123456789abcdef0123456789abcdef01';
export const DIGEST = `sha256:${'5e'.repeat(32)}`;

export const workloadNamed = (name: string): Workload => ({ kind: 'Deployment', namespace: 'shop', name });

export function rolloutOf(name: string, more: Partial<WorkloadOutcome> = {}): WorkloadOutcome {
  return {
    workload: workloadNamed(name),
    result: 'succeeded',
    state: '1 of 1 updated and available',
    reason: undefined,
    diagnosis: undefined,
    notes: [],
    seconds: 1.25,
    timeline: [],
    ...more,
  };
}

/** A rollout that went wrong for a cause, with what its pods say. */
export function badRollout(
  name: string,
  result: 'failed' | 'timed-out' | 'unknown' | 'superseded',
  cause: string,
  more: Partial<Diagnosis> = {},
): WorkloadOutcome {
  const diagnosis = { cause, hint: undefined, container: undefined, groups: [], ...more };
  return rolloutOf(name, { result, state: '0 of 1 updated', diagnosis });
}

export function workloadFact(name: string, more: Partial<WorkloadFact> = {}): WorkloadFact {
  return {
    workload: workloadNamed(name),
    change: 'new revision',
    because: undefined,
    images: [],
    outcome: rolloutOf(name),
    place: undefined,
    ...more,
  };
}

export function objectFact(kind: string, name: string, more: Partial<ObjectFact> = {}): ObjectFact {
  return { kind, name, namespace: 'shop', change: 'configured', fields: [], ...more };
}

export function phaseFact(title: string, startSeconds: number, seconds: number, isFailed = false): PhaseFact {
  return { title, startSeconds, seconds, isFailed };
}

export function containerEvidence(log: readonly string[], more: Partial<ContainerEvidence> = {}): ContainerEvidence {
  return {
    container: 'app',
    isInit: false,
    image: 'ghcr.io/org/app:1',
    word: 'CrashLoopBackOff',
    message: undefined,
    exitCode: 1,
    exitMeaning: 'an error of the application',
    restarts: 2,
    probe: undefined,
    log,
    logMissing: undefined,
    ...more,
  };
}

export function podGroup(log: readonly string[], more: Partial<PodGroup> = {}): PodGroup {
  return {
    pods: ['server-1'],
    node: 'n1',
    phase: 'Running',
    condition: undefined,
    containers: [containerEvidence(log)],
    events: [],
    eventsMissing: undefined,
    ...more,
  };
}

export function factsOf(more: Partial<Facts> = {}): Facts {
  return {
    ...NO_FACTS,
    sha: SHA,
    images: [parseImageReference(`ghcr.io/org/app:${SHA}@${DIGEST}`)],
    objects: [objectFact('Deployment', 'server')],
    workloads: [workloadFact('server')],
    hasChanged: true,
    ...more,
  };
}

export function outcomeOf(more: Partial<Facts> = {}): Outcome {
  return concludeRollouts(factsOf(more));
}
