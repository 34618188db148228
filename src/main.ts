import { readInputs, type GivenInputs } from './inputs/read.ts';
import { makePlan, type RunnerFacts } from './plan/plan.ts';
import type { Ports } from './ports.ts';
import type { Journal } from './report/journal.ts';
import { concludeError, concludeRollouts, type Outcome } from './report/outcome.ts';
import {
  apply,
  check,
  connectToCluster,
  installBuilder,
  pin,
  publishImages,
  render,
  rollOut,
  type Run,
} from './steps.ts';

/** Takes a commit to a verified rollout, and returns how it went whatever happens. */
export async function run(given: GivenInputs, facts: RunnerFacts, ports: Ports, journal: Journal): Promise<Outcome> {
  try {
    await deploy({ plan: makePlan(readInputs(given), facts), ports, journal });
    return concludeRollouts(journal.facts());
  } catch (error) {
    return concludeError(error, journal.facts());
  }
}

/** Nothing in the cluster changes before `apply`, and everything that can be checked is checked before that. */
async function deploy(run: Run): Promise<void> {
  const drafts = await render(run);
  const buildx = await installBuilder(run);
  const { cluster: wish } = run.plan;
  if (wish === undefined) {
    await publishImages(buildx, run);
    return;
  }
  const cluster = await connectToCluster(wish, run);
  try {
    const checked = await check(drafts, cluster, run);
    const images = await publishImages(buildx, run);
    const planned = await pin(checked, drafts, images, cluster, run);
    const applied = await apply(planned, cluster, run);
    await rollOut(applied, buildx, cluster, run);
  } finally {
    await cluster.api.close();
  }
}
