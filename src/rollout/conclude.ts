import { DeployError } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import { causeOf } from './cause.ts';
import { diagnose } from './diagnose.ts';
import type { Judgement } from './judge.ts';
import type { Observer } from './observe.ts';
import type { RolloutContext, WorkloadOutcome } from './outcome.ts';
import { readProgress, type Reading, type Watched } from './watched.ts';

const AGREEMENT_READS = 40;
const AGREEMENT_PAUSE_MILLISECONDS = 250;

/** What kubectl's judgement and a fresh read of the workload come to together, with the evidence when it is bad. */
export async function conclude(
  watched: Watched,
  judgement: Judgement,
  observer: Observer,
  context: RolloutContext,
): Promise<Omit<WorkloadOutcome, 'seconds'>> {
  const { workload } = watched;
  if (judgement.kind === 'succeeded') {
    return confirm(watched, context);
  }
  const reading = await lastReading(watched, context.api);
  if (reading === undefined) {
    const state = observer.stateOf(workload);
    return {
      workload,
      result: 'unknown',
      state,
      cause: 'the API server does not answer, so nobody can tell',
      evidence: [],
    };
  }
  const evidence = await diagnose(workload, reading.object, context.api);
  const { progress } = reading;
  const ownWords =
    progress.kind === 'failed'
      ? progress.text
      : judgement.kind === 'timed-out'
        ? `not done in time, ${progress.text}`
        : judgement.text;
  return { workload, result: judgement.kind, state: progress.text, cause: causeOf(evidence) ?? ownWords, evidence };
}

/** kubectl may judge by a cached read of the generation before (its list comes from the watch cache of the API server); a fresh read has to agree. */
async function confirm(watched: Watched, context: RolloutContext): Promise<Omit<WorkloadOutcome, 'seconds'>> {
  const { workload } = watched;
  let state = '';
  for (let read = 0; read < AGREEMENT_READS; read += 1) {
    const reading = await lastReading(watched, context.api);
    if (reading?.progress.kind === 'done') {
      return { workload, result: 'succeeded', state: reading.progress.text, cause: undefined, evidence: [] };
    }
    if (reading?.progress.kind === 'failed') {
      return { workload, result: 'failed', state: reading.progress.text, cause: reading.progress.text, evidence: [] };
    }
    state = reading?.progress.text ?? 'the API server does not answer';
    await context.ports.clock.sleep(AGREEMENT_PAUSE_MILLISECONDS);
  }
  const cause = `kubectl reports success, but a fresh read says: ${state}`;
  return { workload, result: 'unknown', state, cause, evidence: [] };
}

async function lastReading(watched: Watched, api: KubeApi): Promise<Reading | undefined> {
  try {
    return await readProgress(watched, api);
  } catch (error) {
    if (error instanceof DeployError && error.code === 'cluster-unreachable') {
      return undefined;
    }
    throw error;
  }
}
