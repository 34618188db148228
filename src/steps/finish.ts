import { DeployError } from '../errors.ts';
import { concludeError, concludeRollouts, withRollback, withUnapplied, type Outcome } from '../report/outcome.ts';
import type { Begun } from './begin.ts';
import { applyStage, unappliedBy } from './carry-out.ts';
import { cleanUp } from './clean-up.ts';
import { assertStillInOrder } from './in-order.ts';
import { keepRecords } from './records.ts';
import { isUndone, undo } from './roll-back.ts';
import { rollOut } from './roll-out.ts';
import type { Run } from './run.ts';
import { smokeTest } from './smoke-test.ts';

/** Carries a deploy out and, when it fails and that is wished, puts back what was there before. Throws only what is no DeployError. */
export async function finish(begun: Begun, run: Run): Promise<Outcome> {
  const { snapshot, cluster, registry } = begun;
  const outcome = await carryOut(begun, run);
  if (!isUndone(outcome.result, snapshot, run) || snapshot === undefined) {
    return outcome;
  }
  await undo(snapshot, cluster, registry, run);
  return withRollback(outcome, run.journal.facts());
}

async function carryOut(begun: Begun, run: Run): Promise<Outcome> {
  const { work, cluster, registry, cleanup } = begun;
  const { journal } = run;
  try {
    for (let stage = await nextStage(begun, run); stage !== undefined; stage = await nextStage(begun, run)) {
      if (!(await rollOut(stage, work, cluster, registry, run))) {
        return withUnapplied(concludeRollouts(journal.facts()), unappliedBy(work));
      }
    }
    await smokeTest(cluster, run);
    await cleanUp(cleanup, work.context, run);
    await keepRecords(begun.images, run);
    return concludeRollouts(journal.facts());
  } catch (error) {
    if (error instanceof DeployError) {
      return concludeError(error, journal.facts());
    }
    throw error;
  }
}

/** Before the first stage that was just looked at; whoever has waited since does not know any more what is live. */
async function nextStage({ work, cluster }: Begun, run: Run): ReturnType<typeof applyStage> {
  if (work.planned !== undefined && work.stages !== undefined) {
    await assertStillInOrder(work.planned, cluster, run);
  }
  return applyStage(work, run);
}
