import type { BuilderPlan } from '../plan/build-slices.ts';
import type { Ports } from '../ports.ts';
import type { Buildx } from '../values/builder.ts';
import { inspectBuilder } from './inspect.ts';
import type { Inspection } from './inspection.ts';

/** What is there under the name that a plan begins with; asked once. */
export type FirstLook = () => Promise<Inspection>;

/** buildx as it knows the builders of the job. */
export function usersBuildx(plan: Pick<BuilderPlan, 'userFolder'>, buildx: Buildx): Buildx {
  return { ...buildx, env: { ...buildx.env, BUILDX_CONFIG: plan.userFolder } };
}

/** Whether a plan has its builder made, whatever is there. */
export function makesOwn({ wish, image, config, registryCa, options }: BuilderPlan): boolean {
  switch (wish.kind) {
    case 'auto':
      return image !== undefined || config !== undefined || registryCa !== undefined || options.length > 0;
    case 'container':
    case 'kubernetes':
    case 'remote':
      return true;
    case 'docker':
    case 'named':
      return false;
  }
}

/** Looks when it is asked for. */
export function firstLook(plan: BuilderPlan, buildx: Buildx, ports: Pick<Ports, 'exec'>): FirstLook {
  let seen: Promise<Inspection> | undefined;
  const name = plan.wish.kind === 'named' ? plan.wish.name : undefined;
  return async () => (seen ??= inspectBuilder(name, usersBuildx(plan, buildx), ports));
}

/**
 * Looks at once where a plan takes what is there. It changes nothing, so it may be under way while nobody knows yet whether anything has to be
 * built; when nothing has, nobody waits for it, and it ends with the run at the latest.
 */
export function lookAhead(plan: BuilderPlan, buildx: Buildx, ports: Pick<Ports, 'exec'>): FirstLook {
  const look = firstLook(plan, buildx, ports);
  if (!makesOwn(plan)) {
    // Whoever asks for the answer is told what went wrong; perhaps nobody does.
    look().catch(() => undefined);
  }
  return look;
}
