import { relative } from 'node:path';
import { bakeReferences } from '../build/bake/run.ts';
import { confirmDigests } from '../build/run.ts';
import { readCheckout } from '../checkout/read.ts';
import type { SkaffoldPlan } from '../plan/build-slices.ts';
import type { ImagesPlan } from '../plan/images-slice.ts';
import { assertRightCommit, withCheckout } from '../plan/with-checkout.ts';
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
import { newRun, type Run } from './run.ts';
import { maskSecretFiles } from './secret-files.ts';
import { describeTool } from './tools.ts';

const FILES_SHOWN = 5;

/**
 * The run by what only files and tools can tell: which commit is checked out and whether it was changed, which images a bake file makes, what
 * skaffold makes of its file.
 */
export async function prepare(run: Run): Promise<Run> {
  await maskSecretFiles(run.plan.images, run.ports);
  const { paths, workspace } = run.plan.checkout;
  if (paths.length === 0) {
    return run;
  }
  const checkout = await readCheckout(paths, workspace, run.ports);
  assertRightCommit(run.plan.checkout, checkout);
  if (checkout.kind === 'dirty') {
    run.ports.notify({ kind: 'warning', text: describeChanges(checkout.files, run.plan.images.kind) });
  }
  const plan = withCheckout(run.plan, checkout);
  const prepared = { ...newRun(plan, run.ports, run.journal), registry: run.registry };
  switch (plan.images.kind) {
    case 'bake': {
      const { bake, forbidden } = plan.images;
      return { ...prepared, expected: await bakeReferences(bake, forbidden, await run.registry.buildx(), run.ports) };
    }
    case 'skaffold':
      return bySkaffold(plan.images.skaffold, prepared);
    case 'build':
    case 'command':
    case 'prebuilt':
    case 'none':
      return prepared;
  }
}

/** What skaffold has built and rendered is deployed like images and manifests of anybody else; for a plan it only says what it would build. */
async function bySkaffold(wish: SkaffoldPlan, run: Run): Promise<Run> {
  const { plan, ports, journal } = run;
  const skaffold = await skaffoldFor(run);
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

function describeChanges(files: readonly string[], kind: ImagesPlan['kind']): string {
  const rest = files.length - FILES_SHOWN;
  const names = `${files.slice(0, FILES_SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  const tag =
    kind === 'skaffold' ? '; what the tag says is up to the tagger of skaffold' : ', so the tag says that it is dirty';
  return `The checkout differs from its commit${tag}: ${names}`;
}
