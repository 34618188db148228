import { createImageLookup } from '../registry/lookup.ts';
import type { Cluster } from '../connect.ts';
import { followJobLogs } from '../pre-deploy/follow-job-logs.ts';
import { workloadFacts } from '../report/planned-facts.ts';
import { ROLLOUT_PHASE } from '../report/timeline.ts';
import type { RegistryLookup } from '../rollout/registry.ts';
import { seeRolloutsThrough } from '../rollout/run.ts';
import type { Work } from './carry-out.ts';
import type { Run } from './run.ts';
import type { Stage } from './stages.ts';

/** The registry is asked, when it helps to know, through the buildx that the run or the runner has. */
export function registryFor({ registry, ports }: Run): RegistryLookup {
  return createImageLookup(registry.anyBuildx, ports);
}

/** Sees the rollouts of a stage through. True when all of them succeeded; the journal has how they ended. */
export async function rollOut(
  { subjects, isEarly, isLast }: Omit<Stage, 'batch'>,
  work: Work,
  cluster: Cluster,
  registry: RegistryLookup,
  { plan, ports, journal }: Run,
): Promise<boolean> {
  if (subjects.length === 0 && !isLast) {
    return true;
  }
  const began = ports.clock.elapsed();
  const rollout = { ...plan.rollout, timeoutSeconds: Math.max(1, plan.rollout.timeoutSeconds - work.waitedSeconds) };
  const outcomes = await journal.phase(isEarly ? 'Run the Jobs before' : ROLLOUT_PHASE, async () => {
    const stop = new AbortController();
    const jobs = isEarly ? subjects.map(({ subject }) => subject).filter(({ rule }) => rule === 'Job') : [];
    const logs = jobs.length === 0 ? undefined : followJobLogs(jobs, { api: cluster.api, ports }, stop.signal);
    try {
      return await seeRolloutsThrough(subjects, rollout, { ...cluster, ports, registry });
    } finally {
      stop.abort();
      await logs;
    }
  });
  work.waitedSeconds += (ports.clock.elapsed() - began) / 1000;
  work.outcomes = [...work.outcomes, ...outcomes];
  journal.add({ workloads: workloadFacts(work.rows, work.outcomes) });
  return outcomes.every(({ result }) => result === 'succeeded');
}
