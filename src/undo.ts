import { join } from 'node:path';
import { BUILDER_FILE } from './builder/record.ts';
import { connect } from './connect.ts';
import type { GivenInputs } from './inputs/read.ts';
import { makePlan } from './plan/make-plan.ts';
import type { Plan } from './plan/plan.ts';
import { BUILDER_FOLDER } from './plan/registries.ts';
import type { RunnerFacts } from './plan/runner-facts.ts';
import type { Ports } from './ports.ts';
import type { Journal } from './report/journal.ts';
import type { Outcome } from './report/outcome.ts';
import { describeRollback, rollbackLines } from './report/rollback.ts';
import { parseSnapshot } from './rollback/snapshot.ts';
import { undo } from './steps/roll-back.ts';
import { registryFor } from './steps/roll-out.ts';
import { DEPLOYMENT_FILE } from './steps/left-deployment.ts';
import { endLeftDeployment } from './steps/end-left-deployment.ts';
import { readAllInputs } from './steps/inputs.ts';
import { newRun } from './steps/run.ts';
import { SNAPSHOT_FILE } from './steps/snapshot.ts';

/**
 * In the post step: puts back what a run touched that was cancelled or killed, if that is wished. A run that came to an end of its own left no
 * snapshot. Returns the lines that tell of it; none when there was nothing to do.
 */
export async function undoCancelled(
  given: GivenInputs,
  facts: RunnerFacts,
  ports: Ports,
  journal: Journal,
): Promise<readonly string[]> {
  const path = join(facts.folder, SNAPSHOT_FILE);
  if ((await ports.files.kindOf(path)) !== 'file') {
    return [];
  }
  const plan = planAgain(given, facts, ports);
  const snapshot = parseSnapshot(await ports.files.readText(path));
  if (plan.cluster === undefined || plan.rollback.onCancel !== 'rollback' || snapshot === undefined) {
    return [];
  }
  const run = newRun(plan, ports, journal);
  const cluster = await connect(plan, plan.cluster, ports);
  try {
    await undo(snapshot, cluster, registryFor(run), run);
  } finally {
    await cluster.api.close();
  }
  const { rollback } = journal.facts();
  return rollback === undefined
    ? []
    : [...rollbackLines(rollback), `The run was cancelled; ${describeRollback(rollback)}`];
}

/** What the main step had planned. */
function planAgain(given: GivenInputs, facts: RunnerFacts, ports: Ports): Plan {
  return makePlan(readAllInputs(given, facts, { ...ports, notify: () => {} }), facts);
}

/** In the post step: a deployment on GitHub that this run did not end is over. Returns the lines that tell of it. */
export async function endDeploymentOf(
  given: GivenInputs,
  facts: RunnerFacts,
  ports: Ports,
): Promise<readonly string[]> {
  if ((await ports.files.kindOf(join(facts.folder, DEPLOYMENT_FILE))) !== 'file') {
    return [];
  }
  return endLeftDeployment(planAgain(given, facts, ports), ports);
}

/** Whether the post step has something to do: for a run that was told to stop after its first change and wanted that undone, that has a builder, or a deployment on GitHub that is not over. */
export async function isLeftToPost(
  { result, facts }: Outcome,
  folder: string,
  files: Pick<Ports['files'], 'kindOf'>,
): Promise<boolean> {
  const has = async (...path: readonly string[]): Promise<boolean> =>
    (await files.kindOf(join(folder, ...path))) === 'file';
  return (
    (result === 'cancelled' && facts.hasChanged && (await has(SNAPSHOT_FILE))) ||
    (await has(BUILDER_FOLDER, BUILDER_FILE)) ||
    (await has(DEPLOYMENT_FILE))
  );
}
