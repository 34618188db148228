import { relative, resolve } from 'node:path';
import type { Problem } from '../../errors.ts';
import type { BakePlan, BuildPlan } from '../../plan/build-slices.ts';
import type { Ports } from '../../ports.ts';
import { textAt } from '../../values/json.ts';
import { adviceOn } from '../advice.ts';
import { dockerfilePath, type BakeTarget } from './file.ts';
import type { BakeImage } from './images.ts';
import type { ImageConfig } from '../../registry/inspect.ts';
import type { BuildProgress } from '../progress.ts';

/** The plan for one target, as if it were the only image of the run. */
export function planOf({ image, target: { definition } }: BakeImage, plan: BakePlan): BuildPlan {
  const dockerfile = dockerfilePath(definition);
  return {
    ...plan,
    image,
    context: resolve(plan.workspace, textAt(definition, 'context') ?? '.'),
    file: dockerfile === undefined ? undefined : resolve(plan.workspace, dockerfile),
    target: textAt(definition, 'target'),
    buildContexts: [],
    cacheStages: [],
  };
}

/** Nothing is said of a Dockerfile that is written in the bake file, or of a context that is elsewhere. */
export async function adviceOnTarget(
  { definition }: BakeTarget,
  plan: BuildPlan,
  progress: BuildProgress,
  config: ImageConfig | undefined,
  ports: Ports,
): Promise<readonly Problem[]> {
  const isElsewhere =
    relative(plan.workspace, plan.context).startsWith('..') || /:\/\/|^git@/.test(textAt(definition, 'context') ?? '');
  return plan.file === undefined || isElsewhere ? [] : adviceOn(plan, progress, config, ports);
}
