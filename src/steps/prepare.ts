import { bakeReferences } from '../build/bake/run.ts';
import { readCheckout } from '../checkout/read.ts';
import type { ImagesPlan } from '../plan/images-slice.ts';
import { assertOwnCheckout } from '../plan/trust.ts';
import { assertRightCommit, withCheckout } from '../plan/with-checkout.ts';
import { prepareBySkaffold } from './prepare-skaffold.ts';
import { newRun, type Run } from './run.ts';
import { maskSecretFiles } from './secret-files.ts';

const FILES_SHOWN = 5;

/**
 * The run by what only files and tools can tell: which commit is checked out and whether it was changed, which images a bake file makes, what
 * skaffold makes of its file.
 */
export async function prepare(run: Run): Promise<Run> {
  run.journal.add({ withheld: run.plan.withheld });
  await maskSecretFiles(run.plan.images, run.ports);
  const { paths, workspace, isStrangers = false } = run.plan.checkout;
  if (isStrangers) {
    await assertNothingOfStrangers(run);
  }
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
      return prepareBySkaffold(plan.images.skaffold, prepared);
    case 'build':
    case 'command':
    case 'prebuilt':
    case 'none':
      return prepared;
  }
}

/** Commands of the user run there, too. An empty workspace has nothing of anybody. */
async function assertNothingOfStrangers({ plan: { checkout, render }, ports }: Run): Promise<void> {
  const found = await readCheckout([checkout.workspace], checkout.workspace, ports);
  const isUsed = checkout.paths.length > 0 || render.manifests.length > 0 || render.preDeploy.length > 0;
  if (found.kind !== 'unknown' || isUsed) {
    assertOwnCheckout(checkout, found);
  }
}

function describeChanges(files: readonly string[], kind: ImagesPlan['kind']): string {
  const rest = files.length - FILES_SHOWN;
  const names = `${files.slice(0, FILES_SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  const tag =
    kind === 'skaffold' ? '; what the tag says is up to the tagger of skaffold' : ', so the tag says that it is dirty';
  return `The checkout differs from its commit${tag}: ${names}`;
}
