import type { DeployError } from '../errors.ts';
import type { BuilderPlan } from '../plan/build-slices.ts';
import type { Command, CommandResult, Ports } from '../ports.ts';
import type { Builder, Buildx } from '../values/builder.ts';
import { jittered } from '../values/jitter.ts';
import { buildkitConfig } from './buildkit-config.ts';
import { createArgs, proxyOptions, proxySecrets, type OwnDriver } from './create-args.ts';
import { createFailure, mayPass } from './failures.ts';
import { addHiddenOptions } from './hidden-options.ts';
import { inspectBuilder } from './inspect.ts';
import { lastError } from '../registry/last-error.ts';
import { writeRecord } from './record.ts';

export type OwnPorts = Pick<Ports, 'exec' | 'files' | 'clock' | 'notify' | 'mask' | 'assertNotCancelled'>;

/** A registry may take its time with the 100 MB of BuildKit; a cluster may have to start a node. */
const CREATE_TIMEOUT_SECONDS = 900;
const FORGET_TIMEOUT_SECONDS = 40;

const PAUSES_SECONDS: readonly number[] = [2, 6];

/**
 * Makes a builder that only this run knows of, or, when it is to be kept, finds it again: buildx takes the container or the Deployment of that name
 * as it is. Its record is written first. Throws `builder-unavailable` or `disk-full`.
 */
export async function createOwn(
  driver: OwnDriver,
  plan: BuilderPlan,
  buildx: Buildx,
  ports: OwnPorts,
): Promise<Builder> {
  const isKept = plan.isKept && driver !== 'remote';
  const name = isKept ? plan.keptName : plan.runName;
  // The job's BUILDX_BUILDER names a builder that this folder does not have.
  const own = { ...buildx, env: { ...buildx.env, BUILDX_CONFIG: plan.folder, BUILDX_BUILDER: name } };
  const secrets = proxySecrets(plan.proxies);
  secrets.forEach((secret) => ports.mask(secret));
  const config = driver === 'remote' ? undefined : await buildkitConfig(plan, ports);
  const record = { buildx: own, name, driver, isKept };
  if (driver !== 'remote') {
    await writeRecord(plan.folder, record, ports.files);
  }
  const place = plan.wish.kind === 'remote' ? plan.wish.endpoint : driver;
  const start =
    secrets.length === 0 || driver === 'remote'
      ? async () => shown(command(own, createArgs(name, driver, config, plan)), ports)
      : async () => startHidden(driver, plan, { name, config, own }, ports);
  const failure = await create(start, { name, driver, place, own }, ports);
  if (failure !== undefined) {
    // Whoever finds one that did not start under its name gets it as it is: such a one is not worth keeping.
    if (isKept) {
      await writeRecord(plan.folder, { ...record, isKept: false }, ports.files);
    }
    throw failure;
  }
  const { version } = await inspectBuilder(name, own, ports);
  return { buildx: own, name, driver, version, isWhole: true };
}

type Wanted = {
  readonly name: string;
  readonly driver: OwnDriver;
  readonly place: string;
  readonly own: Buildx;
};

/** Proxies that have passwords in them are in no command line, and in nothing that is shown. */
async function startHidden(
  driver: OwnDriver,
  plan: BuilderPlan,
  { name, config, own }: { readonly name: string; readonly config: string | undefined; readonly own: Buildx },
  ports: OwnPorts,
): Promise<CommandResult> {
  const made = await shown(command(own, createArgs(name, driver, config, { ...plan, proxies: {} }, false)), ports);
  if (made.exitCode !== 0) {
    return made;
  }
  await addHiddenOptions(plan.folder, name, proxyOptions(plan.proxies), ports.files);
  return ports.exec.run(command(own, ['inspect', '--bootstrap', name]));
}

function command({ path: tool, env }: Buildx, args: readonly string[]): Command {
  return { tool, args, env, timeoutSeconds: CREATE_TIMEOUT_SECONDS };
}

/** Undefined when the builder answers. */
async function create(
  start: () => Promise<CommandResult>,
  { name, driver, place, own }: Wanted,
  ports: OwnPorts,
): Promise<DeployError | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    ports.assertNotCancelled();
    const result = await start();
    if (result.exitCode === 0) {
      return undefined;
    }
    const words = wordsOf(result);
    const pauseSeconds = PAUSES_SECONDS[attempt];
    if (pauseSeconds === undefined || driver !== 'docker-container' || !mayPass(words)) {
      return createFailure(driver, place, words);
    }
    const text = `The image of BuildKit did not come (${words}); trying again in ${pauseSeconds} s`;
    ports.notify({ kind: 'warning', text });
    await ports.clock.sleep(jittered(pauseSeconds * 1000, ports.clock.random()));
    await forget(own, name, ports);
  }
}

/** buildx knows the builder although it did not start, and makes none of the same name. What there is of it stays for the next try. */
async function forget({ path: tool, env }: Buildx, name: string, { exec }: OwnPorts): Promise<void> {
  const args = ['rm', '--force', '--keep-daemon', name];
  await exec.run({ tool, args, env, timeoutSeconds: FORGET_TIMEOUT_SECONDS });
}

async function shown(command: Command, ports: OwnPorts): Promise<CommandResult> {
  ports.notify({ kind: 'running', command });
  return ports.exec.run(command, ({ text }) => ports.notify({ kind: 'output', text }));
}

function wordsOf({ stderr, exitCode, timedOut }: CommandResult): string {
  if (timedOut) {
    return `deadline exceeded: no answer within ${CREATE_TIMEOUT_SECONDS} s`;
  }
  return lastError(stderr) || `buildx create ended with exit code ${exitCode}`;
}
