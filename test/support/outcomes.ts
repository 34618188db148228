import { NO_FACTS, type Facts, type ObjectFact, type WorkloadFact } from '../../src/report/facts.ts';
import { concludeRollouts, type Outcome } from '../../src/report/outcome.ts';
import type { PodEvidence } from '../../src/rollout/evidence.ts';
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
    cause: undefined,
    evidence: [],
    seconds: 1.25,
    ...more,
  };
}

export function workloadFact(name: string, more: Partial<WorkloadFact> = {}): WorkloadFact {
  return {
    workload: workloadNamed(name),
    change: 'new revision',
    because: undefined,
    images: [],
    outcome: rolloutOf(name),
    ...more,
  };
}

export function objectFact(kind: string, name: string, more: Partial<ObjectFact> = {}): ObjectFact {
  return { kind, name, namespace: 'shop', change: 'configured', fields: [], ...more };
}

export function podEvidence(log: readonly string[], more: Partial<PodEvidence> = {}): PodEvidence {
  const container = {
    container: 'app',
    reason: 'CrashLoopBackOff',
    message: 'back-off 10s',
    exitCode: 1,
    restarts: 2,
    isRunning: false,
    hasPreviousLog: true,
    log,
  };
  return {
    pod: 'server-1',
    node: 'n1',
    phase: 'Running',
    condition: undefined,
    containers: [container],
    events: [],
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
