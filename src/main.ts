import type { Cluster } from './connect.ts';
import { knownSecrets } from './inputs/known-secrets.ts';
import { readInputs, type GivenInputs } from './inputs/read.ts';
import { makePlan } from './plan/plan.ts';
import type { RunnerFacts } from './plan/runner-facts.ts';
import type { Ports } from './ports.ts';
import type { Journal } from './report/journal.ts';
import { concludeError, concludePlan, concludeRollouts, type Outcome } from './report/outcome.ts';
import { begin, plan, type Beginning } from './steps/begin.ts';
import { finish } from './steps/finish.ts';
import { wasOvertaken } from './steps/in-order.ts';
import { prepare } from './steps/prepare.ts';
import { prepareToPublish, publishImages } from './steps/publish.ts';
import { render } from './steps/render.ts';
import { newRun, type Run } from './steps/run.ts';
import { connectToCluster } from './steps/tools.ts';
import type { ImageReference } from './values/image.ts';
import { linesOfSecret } from './values/secret-lines.ts';

/** How often an older commit may come in between before it is given up to be the last one. */
const MOST_ATTEMPTS = 3;

/** Takes a commit to a verified rollout, and returns how it went whatever happens. */
export async function run(given: GivenInputs, facts: RunnerFacts, ports: Ports, journal: Journal): Promise<Outcome> {
  try {
    const inputs = readInputs(given);
    knownSecrets(inputs, facts.variable)
      .flatMap(({ value }) => linesOfSecret(value))
      .forEach(ports.mask);
    return await follow(await prepare(newRun(makePlan(inputs, facts), ports, journal)));
  } catch (error) {
    return concludeError(error, journal.facts());
  }
}

async function follow(run: Run): Promise<Outcome> {
  const { cluster: wish, command } = run.plan;
  if (wish === undefined) {
    return build(run);
  }
  let connected: Promise<Cluster> | undefined;
  const connect = async (): Promise<Cluster> => (connected ??= connectToCluster(wish, run));
  try {
    if (command.kind === 'deploy') {
      return await deploy(connect, run);
    }
    await plan({ connect, published: undefined }, run);
    return concludePlan(run.journal.facts(), command.failsOnChange);
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

async function deploy(connect: Beginning['connect'], run: Run): Promise<Outcome> {
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
