import { stampWorkflow } from '../../../scripts/stamp-workflow.ts';

/** What a job that runs through act names the action of this repository by. */
export const ACTION = { repository: 'org/k8s-deploy', ref: '0123456789abcdef0123456789abcdef01234567' } as const;

/**
 * The workflow as act 0.2.89 can run it. This is the whole list of what differs from the file in the tree:
 *
 * - what `stampWorkflow` does for enterprise servers: `uses: $/` gets a name, `queue` and `environment.deployment` are left out (act refuses a
 *   file that has one of them);
 * - `fail-fast` and `max-parallel` are numbers and words: act reads no expression there. It stops no leg for `fail-fast` anyway;
 * - the key of a call is the number of its run, so that a re-run has the one of the first attempt: act runs all jobs again, while on GitHub
 *   `prepare` keeps its outputs.
 *
 * What act reads and does not do: `permissions`, `concurrency`, `environment` with its secrets and rules, `timeout-minutes` of jobs. What it does
 * otherwise than GitHub: a job that needs a reusable workflow is not run when that has failed, `if: always()` or not (`outputsOf` reads
 * its outputs all the same); `strategy.job-index` is empty; a cancelled step is killed at once; outputs with a secret in them are passed on.
 */
export function forAct(workflow: string, order: 'parallel' | 'sequence'): string {
  return stampWorkflow(workflow, ACTION)
    .replaceAll(/^( +fail-fast: )\$\{\{.*\}\}$/gm, `$1${order === 'sequence'}`)
    .replaceAll(/^( +max-parallel: )\$\{\{.*\}\}$/gm, `$1${order === 'sequence' ? 1 : 8}`)
    .replace(/(?<=key=)\$\(od .*\)(?=")/, '$GITHUB_RUN_ID');
}
