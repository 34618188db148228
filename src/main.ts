import type { Cluster } from './connect.ts';
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
  type Applied,
  type Run,
} from './steps.ts';
import type { InstalledTool } from './tools/install.ts';

/** Takes a commit to a verified rollout, and returns how it went whatever happens. */
export async function run(given: GivenInputs, facts: RunnerFacts, ports: Ports, journal: Journal): Promise<Outcome> {
  try {
    await deploy({ plan: makePlan(readInputs(given), facts), ports, journal });
    return concludeRollouts(journal.facts());
  } catch (error) {
    return concludeError(error, journal.facts());
  }
}

async function deploy(run: Run): Promise<void> {
  const changed = await change(run);
  if (changed === undefined) {
    return;
  }
  const { applied, buildx, cluster } = changed;
  try {
    await rollOut(applied, buildx, cluster, run);
  } finally {
    await cluster.api.close();
  }
}

type Changed = { readonly applied: Applied; readonly buildx: InstalledTool | undefined; readonly cluster: Cluster };

/** Nothing in the cluster changes before `apply`, and everything that can be checked is checked before that. A mere build changes nothing. */
async function change(run: Run): Promise<Changed | undefined> {
  const drafts = await render(run);
  const buildx = await installBuilder(run);
  const { cluster: wish } = run.plan;
  if (wish === undefined) {
    await publishImages(buildx, run);
    return undefined;
  }
  const cluster = await connectToCluster(wish, run);
  try {
    const checked = await check(drafts, cluster, run);
    const images = await publishImages(buildx, run);
    const planned = await pin(checked, drafts, images, cluster, run);
    return { applied: await apply(planned, cluster, run), buildx, cluster };
  } catch (error) {
    await cluster.api.close();
    throw error;
  }
}
