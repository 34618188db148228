import type { Cluster } from '../connect.ts';
import { concludePlan, concludeRemovals, concludeRollouts, type Outcome } from '../report/outcome.ts';
import type { ImageReference } from '../values/image.ts';
import { begin, plan } from './begin.ts';
import { destroy } from './destroy.ts';
import { finish } from './finish.ts';
import { wasOvertaken } from './in-order.ts';
import { prepare } from './prepare.ts';
import { assertPullRequestOpen } from './preview.ts';
import { prepareToPublish, publishImages } from './publish.ts';
import { render } from './render.ts';
import type { Run } from './run.ts';
import { seePreviewThrough } from './see-preview-through.ts';
import { sweep } from './sweep.ts';
import { tellTarget } from './target.ts';
import { connectToCluster } from './tools.ts';

/** How often an older commit may come in between before it is given up to be the last one. */
const MOST_ATTEMPTS = 3;

/** Does what the command of the plan says. Throws a DeployError for what stops it. */
export async function follow(planned: Run): Promise<Outcome> {
  tellTarget(planned);
  if (planned.plan.sweep !== undefined || planned.plan.command.kind === 'destroy') {
    return remove(planned);
  }
  await assertPullRequestOpen(planned);
  const run = await prepare(planned);
  return run.plan.cluster === undefined ? build(run) : withCluster(run, async (connect) => deployOrPlan(connect, run));
}

/** A run without secrets has no cluster: it has made nothing that it could remove. */
async function remove(run: Run): Promise<Outcome> {
  const { sweep: sweepPlan, preview, cluster: wish, event } = run.plan;
  if (wish === undefined) {
    run.journal.add({ withheld: event.whyNot ?? 'there is no kubeconfig' });
  } else {
    await withCluster(run, async (connect) => {
      const cluster = await connect();
      await (sweepPlan === undefined ? preview && destroy(preview, cluster, run) : sweep(sweepPlan, cluster, run));
    });
  }
  return concludeRemovals(run.journal.facts());
}

type Connect = () => Promise<Cluster>;

/** The cluster is connected to with the first call, and let go of at the end. */
async function withCluster<Result>(run: Run, work: (connect: Connect) => Promise<Result>): Promise<Result> {
  const { cluster: wish } = run.plan;
  let connected: Promise<Cluster> | undefined;
  try {
    return await work(async () => {
      if (wish === undefined) {
        throw new Error('there is no cluster in the plan');
      }
      return (connected ??= connectToCluster(wish, run));
    });
  } finally {
    await (await connected?.catch(() => undefined))?.api.close();
  }
}

/** Without a cluster an image is built, and that is all. */
async function build(run: Run): Promise<Outcome> {
  await render(undefined, run);
  await prepareToPublish(run);
  await publishImages(run);
  return concludeRollouts(run.journal.facts());
}

async function deployOrPlan(connect: Connect, run: Run): Promise<Outcome> {
  const { command } = run.plan;
  if (command.kind === 'plan') {
    await plan({ connect, published: undefined }, run);
    return concludePlan(run.journal.facts(), command.failsOnChange);
  }
  return seePreviewThrough(await deploy(connect, run), await connect(), run);
}

async function deploy(connect: Connect, run: Run): Promise<Outcome> {
  let published: readonly ImageReference[] | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const begun = await begin({ connect, published }, run);
    const outcome = await finish(begun, run);
    if (attempt === MOST_ATTEMPTS || !(await wasOvertaken(outcome, begun, run))) {
      return outcome;
    }
    published = begun.images;
  }
}
