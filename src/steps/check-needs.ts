import type { PlannedApply } from '../apply/check.ts';
import { createImageLookup } from '../build/lookup.ts';
import { imagesToLookUp } from '../check/image-uses.ts';
import { findMissingImages } from '../check/images.ts';
import type { NamespaceStates } from '../check/namespaces.ts';
import { readNodePlatforms } from '../check/node-platforms.ts';
import { findMissingReferences } from '../check/references.ts';
import type { Cluster } from '../connect.ts';
import type { Finding } from '../errors.ts';
import type { Target } from '../kube/target.ts';
import { expectedImages } from '../plan/images.ts';
import { findBuildx } from '../tools/buildx.ts';
import type { Run } from './run.ts';

/** Whether everything is there that the pods of changed objects name: configuration, volumes, accounts, images. */
export async function checkWhatPodsNeed(
  planned: PlannedApply,
  targets: readonly Target[],
  namespaces: NamespaceStates,
  cluster: Cluster,
  run: Run,
): Promise<readonly Finding[]> {
  const changes = [...planned.changes, ...planned.preDeploy].filter(({ kind }) => kind !== 'unchanged');
  const { references, images } = run.plan.check;
  const [missing, absent] = await Promise.all([
    references
      ? findMissingReferences(targets, new Set(changes.map(({ target }) => target.path)), namespaces, cluster.api)
      : NOTHING,
    images ? lookForImages(changes, cluster, run) : NOTHING,
  ]);
  for (const text of [...missing.notes, ...absent.notes]) {
    run.ports.notify({ kind: 'note', text });
  }
  return [...missing.findings, ...absent.findings];
}

type Looked = { readonly findings: readonly Finding[]; readonly notes: readonly string[] };

const NOTHING: Looked = { findings: [], notes: [] };

/** The images of this run are left to the build, or to the question for their digests. */
async function lookForImages(
  changes: PlannedApply['changes'],
  { api }: Cluster,
  { plan, ports }: Run,
): Promise<Looked> {
  const uses = imagesToLookUp(changes, expectedImages(plan.images));
  if (uses.length === 0) {
    return NOTHING;
  }
  const registry = createImageLookup(async () => findBuildx(plan.tools, plan.pluginFolders, ports), ports);
  return findMissingImages(uses, registry, await readNodePlatforms(api));
}
