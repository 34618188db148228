import type { BuildPlan } from '../plan/build-slices.ts';
import type { Ports } from '../ports.ts';
import type { Builder } from '../values/builder.ts';
import type { BuiltImage } from '../values/built-image.ts';
import { adviceOn } from './advice.ts';
import { cacheUseOf } from './cache/outcome.ts';
import { buildChecks } from './checks.ts';
import { execute } from './execute.ts';
import { buildFailure } from './failures.ts';
import { prepareBuild } from './prepare.ts';
import { readTries } from './progress.ts';
import type { BuildInputs } from './record.ts';

/** Runs every step of the build, for all platforms, and keeps nothing of it. Throws `build-failed`, `disk-full` or `input-invalid`. */
export async function buildUnpushed(
  plan: BuildPlan,
  inputs: BuildInputs,
  open: () => Promise<Builder>,
  ports: Ports,
): Promise<BuiltImage> {
  const { command, metadataFile, dockerfile } = await prepareBuild(plan, inputs, await open(), ports);
  await ports.files.writePrivate(metadataFile, '');
  const result = await execute(command, ports);
  if (result.exitCode !== 0) {
    throw buildFailure({ result, image: plan.image, dockerfile });
  }
  const metadata = await ports.files.readText(metadataFile).catch(() => '');
  const progress = readTries(result.tries);
  return {
    image: plan.image,
    how: 'unpushed',
    tags: [],
    cache: cacheUseOf(progress, plan, ports),
    advice: [...buildChecks(metadata, dockerfile), ...(await adviceOn(plan, progress, undefined, ports))],
  };
}
