import { relative } from 'node:path';
import { confirmDigests } from '../build/run.ts';
import type { SkaffoldPlan } from '../plan/build-slices.ts';
import type { SkaffoldArtifact } from '../skaffold/build-output.ts';
import {
  buildWithSkaffold,
  foreseeWithSkaffold,
  renderWithSkaffold,
  testWithSkaffold,
  type Skaffold,
} from '../skaffold/run.ts';
import { installSkaffold } from '../tools/skaffold.ts';
import type { Buildx } from '../values/builder.ts';
import type { Run } from './run.ts';
import { describeTool } from './tools.ts';
import { noteUnpushed } from './unpushed.ts';

/** What skaffold has built and rendered is deployed like images and manifests of anybody else; for a plan it only says what it would build. */
export async function prepareBySkaffold(wish: SkaffoldPlan, run: Run): Promise<Run> {
  const { plan, ports, journal } = run;
  const skaffold = await skaffoldFor(run);
  if (!wish.isPushed && plan.command.kind !== 'plan') {
    return onlyBuiltBySkaffold(wish, skaffold, run);
  }
  const artifacts = await (plan.command.kind === 'plan'
    ? journal.phase('Look for tags', async () => foreseeWithSkaffold(wish, skaffold, ports))
    : buildBySkaffold(wish, skaffold, run));
  const images = artifacts.map(({ image }) => image);
  if (plan.command.kind !== 'plan') {
    journal.add({
      images,
      isBuilt: true,
      builds: images.map((image) => ({ image, how: 'built', tags: [], cache: undefined, advice: [] })),
    });
  }
  const prebuilt: Run = { ...run, plan: { ...plan, images: { kind: 'prebuilt', images } }, expected: images };
  if (plan.cluster === undefined) {
    return prebuilt;
  }
  const rendered = await journal.phase('Render by skaffold', async () =>
    renderWithSkaffold(wish, artifacts, skaffold, ports),
  );
  const fileNames = new Map([[rendered, `${relative(wish.workspace, wish.file)} (rendered)`]]);
  const render = { ...plan.render, manifests: [rendered, ...plan.render.manifests], fileNames };
  return { ...prebuilt, plan: { ...prebuilt.plan, render } };
}

/** Nothing is known of what was not pushed but its name: no test of skaffold is run, no manifest is rendered. */
async function onlyBuiltBySkaffold(wish: SkaffoldPlan, skaffold: Skaffold, run: Run): Promise<Run> {
  const { plan, ports, journal } = run;
  const artifacts = await journal.phase('Build', async () => buildWithSkaffold(wish, skaffold, ports));
  noteUnpushed(
    artifacts.map(({ image }) => ({ image, how: 'unpushed', tags: [], cache: undefined, advice: [] })),
    run,
  );
  return { ...run, plan: { ...plan, images: { kind: 'none' } }, expected: [] };
}

async function buildBySkaffold(
  wish: SkaffoldPlan,
  skaffold: Skaffold,
  { journal, ports, registry }: Run,
): Promise<readonly SkaffoldArtifact[]> {
  // What skaffold says is confirmed by buildx, so a runner has to have it, or get it, before anything is built.
  const buildx = await registry.buildx();
  return journal.phase('Build', async () => {
    const built = await confirmed(await buildWithSkaffold(wish, skaffold, ports), buildx, ports);
    await testWithSkaffold(wish, built, skaffold, ports);
    return built;
  });
}

async function skaffoldFor({ plan, ports, journal, registry }: Run): Promise<Skaffold> {
  const env = await registry.environment();
  return journal.phase('Install skaffold', async () => {
    const tool = await installSkaffold(plan.tools, ports);
    journal.addTool(describeTool(tool));
    return { path: tool.path, env };
  });
}

/** A digest that skaffold names has to be the one that the registry has under the tag; one that it does not name is asked for. */
async function confirmed(
  artifacts: readonly SkaffoldArtifact[],
  buildx: Buildx,
  ports: Run['ports'],
): Promise<readonly SkaffoldArtifact[]> {
  const pushed = artifacts.map(({ image }) => image);
  const there = await confirmDigests(pushed, 'skaffold', buildx, ports);
  return artifacts.map(({ imageName, image }, index) => ({ imageName, image: there[index] ?? image }));
}
