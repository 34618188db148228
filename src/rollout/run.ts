import { DeployError } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import type { Kubectl } from '../kube/kubectl.ts';
import type { RolloutPlan } from '../plan/slices.ts';
import type { Ports } from '../ports.ts';
import { sameWorkload, type Workload } from '../values/workload.ts';
import { causeOf } from './cause.ts';
import { diagnose } from './diagnose.ts';
import type { PodEvidence } from './evidence.ts';
import { groupForJudging, judgeCommand, readJudgement, type Judgement } from './judge.ts';
import { createObserver, type Observer } from './observe.ts';
import { pinWorkloads, readProgress, type Watched } from './watched.ts';

export type RolloutResult = 'succeeded' | 'failed' | 'timed-out' | 'unknown';

/** How one rollout ended. `cause` completes "server did not roll out: …". */
export type WorkloadOutcome = {
  readonly workload: Workload;
  readonly result: RolloutResult;
  readonly state: string;
  readonly cause: string | undefined;
  readonly evidence: readonly PodEvidence[];
  readonly seconds: number;
};

export type RolloutContext = { readonly kubectl: Kubectl; readonly api: KubeApi; readonly ports: Ports };

const AGREEMENT_READS = 40;
const AGREEMENT_PAUSE_MILLISECONDS = 250;

/**
 * Sees all rollouts through, side by side and under one deadline. `kubectl rollout status` is the judge; a workload succeeds only when
 * our own consistent read agrees. Resolves for every ending; throws only when cancelled.
 */
export async function seeRolloutsThrough(
  workloads: readonly Workload[],
  plan: RolloutPlan,
  context: RolloutContext,
): Promise<readonly WorkloadOutcome[]> {
  const { api, ports } = context;
  const started = ports.clock.now();
  const watched = await pinWorkloads(workloads, api);
  const observer = createObserver(watched, api, ports);
  const first = await observer.look();
  const groups = groupForJudging(
    first.map(({ workload, progress }) => ({ workload, isDone: progress.kind === 'done' })),
  );
  const judging = Promise.all(groups.map(async (group) => judge(group, plan, context)));
  const judgements = (await observer.watchUntil(judging)).flat();
  return Promise.all(
    watched.map(async (one) => {
      const judgement = judgements.find(({ workload }) => sameWorkload(workload, one.workload))?.judgement;
      const outcome = await conclude(
        one,
        judgement ?? { kind: 'failed', exitCode: 1, text: 'was never judged' },
        observer,
        context,
      );
      return { ...outcome, seconds: (ports.clock.now() - started) / 1000 };
    }),
  );
}

type Judged = { readonly workload: Workload; readonly judgement: Judgement };

async function judge(
  group: readonly Workload[],
  plan: RolloutPlan,
  context: RolloutContext,
): Promise<readonly Judged[]> {
  const command = judgeCommand(context.kubectl, group, plan.timeoutSeconds);
  context.ports.notify({ kind: 'running', command });
  const judgement = readJudgement(await context.ports.exec.run(command));
  return group.map((workload) => ({ workload, judgement }));
}

async function conclude(
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

/** kubectl may judge by a cached read of the generation before (rollout.md: stale watch cache); a fresh read has to agree. */
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

async function lastReading(
  watched: Watched,
  api: KubeApi,
): Promise<Awaited<ReturnType<typeof readProgress>> | undefined> {
  try {
    return await readProgress(watched, api);
  } catch (error) {
    if (error instanceof DeployError && error.code === 'cluster-unreachable') {
      return undefined;
    }
    throw error;
  }
}
