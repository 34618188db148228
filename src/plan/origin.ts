import type { RunnerFacts } from './runner-facts.ts';
import type { Origin } from './slices.ts';

/** Who deploys what. */
export function originOf(sha: string, facts: RunnerFacts): Origin {
  return { commit: sha, repository: facts.repository, runUrl: runUrlOf(facts) };
}

/** Of this attempt of the run; empty when the runner does not say. */
export function runUrlOf({ serverUrl, repository, runId, runAttempt }: RunnerFacts): string {
  return repository === '' || runId === ''
    ? ''
    : `${serverUrl}/${repository}/actions/runs/${runId}/attempts/${runAttempt}`;
}
