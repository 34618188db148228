import { join } from 'node:path';
import { connect } from './connect.ts';
import { readInputs, type GivenInputs } from './inputs/read.ts';
import { makePlan } from './plan/plan.ts';
import type { RunnerFacts } from './plan/runner-facts.ts';
import type { Ports } from './ports.ts';
import type { Journal } from './report/journal.ts';
import type { Outcome } from './report/outcome.ts';
import { describeRollback, rollbackLines } from './report/rollback.ts';
import { parseSnapshot } from './rollback/snapshot.ts';
import { undo } from './steps/roll-back.ts';
import { registryFor } from './steps/roll-out.ts';
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
  const plan = makePlan(readInputs(given), facts);
  const snapshot = parseSnapshot(await ports.files.readText(path));
  if (plan.cluster === undefined || plan.rollback.onCancel !== 'rollback' || snapshot === undefined) {
    return [];
  }
  const run = { plan, ports, journal };
  const cluster = await connect(plan, plan.cluster, ports);
  try {
    await undo(snapshot, cluster, registryFor(undefined, run), run);
  } finally {
    await cluster.api.close();
  }
  const { rollback } = journal.facts();
  return rollback === undefined
    ? []
    : [...rollbackLines(rollback), `The run was cancelled; ${describeRollback(rollback)}`];
}

/** Whether the post step has something to undo: of a run that was told to stop after its first change, and that wanted it so. */
export async function leavesSnapshot(
  { result, facts }: Outcome,
  folder: string,
  files: Pick<Ports['files'], 'kindOf'>,
): Promise<boolean> {
  return result === 'cancelled' && facts.hasChanged && (await files.kindOf(join(folder, SNAPSHOT_FILE))) === 'file';
}
