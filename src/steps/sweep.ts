import type { Cluster } from '../connect.ts';
import type { SweepPlan } from '../plan/preview-slices.ts';
import { failureOfStuck } from '../preview/destroy.ts';
import { sweep as sweepPreviews } from '../preview/sweep.ts';
import { removalLines } from '../report/removals.ts';
import { retirePreviews } from './retire-preview.ts';
import type { Run } from './run.ts';
import { tellRemoved } from './tell-removed.ts';

/** Removes the previews that nobody needs any more. Throws `github-unavailable`, with nothing removed, and `preview-stuck`. */
export async function sweep(plan: SweepPlan, { kubectl, api }: Cluster, run: Run): Promise<void> {
  const { journal, ports } = run;
  await journal.phase('Sweep', async () => {
    const removals = await sweepPreviews(plan, { kubectl, api, ports }, (decided) => {
      journal.add({ removals: decided });
      removalLines(decided).forEach((text) => ports.notify({ kind: 'note', text }));
    });
    journal.add({ removals });
    const over = removals.filter(({ outcome }) => outcome === 'removed' || outcome === 'gone');
    await retirePreviews(
      over.map(({ namespace }) => namespace),
      run,
    );
    await tellRemoved(removals, run);
    const failure = failureOfStuck(removals);
    if (failure !== undefined) {
      throw failure;
    }
  });
}
