import type { Cluster } from '../connect.ts';
import { smokeFailure } from '../smoke-test/failure.ts';
import { runSmokeTests } from '../smoke-test/run.ts';
import type { Run } from './run.ts';

/** Throws `smoke-test-failed` when one of the smoke tests did not succeed in time. */
export async function smokeTest(cluster: Cluster, { plan, ports, journal }: Run): Promise<void> {
  if (plan.smokeTest.tests.length === 0) {
    return;
  }
  await journal.phase('Smoke test', async () => {
    const smokeTests = await runSmokeTests(plan.smokeTest, { ...cluster, ports });
    journal.add({ smokeTests });
    const failure = smokeFailure(smokeTests);
    if (failure !== undefined) {
      throw failure;
    }
  });
}
