import type { BuilderPlan } from '../plan/build-slices.ts';
import type { Ports } from '../ports.ts';
import type { Builder, Buildx } from '../values/builder.ts';
import { noBuilder } from './failures.ts';
import { builderFrom, inspectBuilder } from './inspect.ts';
import type { Inspection } from './inspection.ts';
import { createOwn, type OwnPorts } from './own.ts';
import { sweepBuilders } from './sweep.ts';

export type BuilderPorts = OwnPorts & Pick<Ports, 'http'>;

/** The name under which buildx has the engine that DOCKER_HOST, or the usual socket, leads to. */
const ENGINE = 'default';

/**
 * The builder that the plan asks for, ready to build. A builder of our own is made where only this run sees it, and has to be closed. Throws
 * `builder-unavailable`, `disk-full` or `input-invalid`.
 */
export async function openBuilder(plan: BuilderPlan, buildx: Buildx, ports: BuilderPorts): Promise<Builder> {
  const users = { ...buildx, env: { ...buildx.env, BUILDX_CONFIG: plan.userFolder } };
  const builder = await chosen(plan, buildx, users, ports);
  ports.notify({ kind: 'note', text: `Builder: ${describe(builder)}` });
  return builder;
}

async function chosen(plan: BuilderPlan, buildx: Buildx, users: Buildx, ports: BuilderPorts): Promise<Builder> {
  switch (plan.wish.kind) {
    case 'auto':
      return needsOwn(plan) ? container(plan, buildx, ports) : whatIsThere(plan, buildx, users, ports);
    case 'container':
      return container(plan, buildx, ports);
    case 'kubernetes':
      return createOwn('kubernetes', plan, buildx, ports);
    case 'remote':
      return createOwn('remote', plan, buildx, ports);
    case 'docker':
      return dockerDriver(users, ports);
    case 'named':
      return named(plan.wish.name, users, ports);
  }
}

/** What only a builder of our own can be made with. */
function needsOwn({ image, config, registryCa, options }: BuilderPlan): boolean {
  return image !== undefined || config !== undefined || registryCa !== undefined || options.length > 0;
}

async function container(plan: BuilderPlan, buildx: Buildx, ports: BuilderPorts): Promise<Builder> {
  await sweepBuilders(plan, ports);
  return createOwn('docker-container', plan, buildx, ports);
}

async function whatIsThere(plan: BuilderPlan, buildx: Buildx, users: Buildx, ports: BuilderPorts): Promise<Builder> {
  const current = await inspectBuilder(undefined, users, ports);
  if (isReady(current)) {
    return builderFrom(current, undefined, users);
  }
  const { seen, name } = await engineOf(current, users, ports);
  if (seen.driver === 'docker' && isReady(seen)) {
    return builderFrom(seen, name, users);
  }
  if (seen.trouble !== undefined) {
    throw noBuilder(`There is no builder: ${seen.trouble}`);
  }
  return container(plan, buildx, ports);
}

async function dockerDriver(users: Buildx, ports: BuilderPorts): Promise<Builder> {
  const { seen, name } = await engineOf(await inspectBuilder(undefined, users, ports), users, ports);
  if (seen.driver === 'docker' && isReady(seen)) {
    return builderFrom(seen, name, users);
  }
  throw noBuilder(
    seen.trouble === undefined ? 'The engine has no BuildKit in it' : `The engine does not answer: ${seen.trouble}`,
    seen.trouble === undefined ? 'Take builder: container, which starts one.' : undefined,
  );
}

/** What buildx takes by itself, when that is the engine of the current context; else what is there under the usual name. */
async function engineOf(
  current: Inspection,
  users: Buildx,
  ports: BuilderPorts,
): Promise<{ readonly seen: Inspection; readonly name: string | undefined }> {
  return current.driver === 'docker' || current.name === ENGINE
    ? { seen: current, name: undefined }
    : { seen: await inspectBuilder(ENGINE, users, ports), name: ENGINE };
}

async function named(name: string, users: Buildx, ports: BuilderPorts): Promise<Builder> {
  const seen = await inspectBuilder(name, users, ports);
  if (seen.trouble !== undefined) {
    throw noBuilder(
      `The builder ${name} cannot be used: ${seen.trouble}`,
      '"docker buildx ls" lists the builders that the job has; an earlier step has to make this one.',
    );
  }
  return builderFrom(seen, name, users);
}

/** A container that does not run may be somebody's leftover; every other driver has its builder running, or starts it with the build. */
function isReady({ driver, trouble, isRunning }: Inspection): boolean {
  return driver !== '' && trouble === undefined && (driver !== 'docker-container' || isRunning);
}

function describe({ name, driver, version, isWhole }: Builder): string {
  const what = name === undefined ? driver : `${name} (${driver})`;
  const buildkit = version === undefined ? what : `${what}, BuildKit ${version}`;
  return isWhole ? buildkit : `${buildkit}, without the containerd image store: it exports inline caches only`;
}
