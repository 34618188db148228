import type { PlannedApply } from '../apply/check.ts';
import { createImageLookup } from '../registry/lookup.ts';
import { imagesToLookUp, type ImageChange } from '../check/image-uses.ts';
import { findMissingImages } from '../check/images.ts';
import type { NamespaceStates } from '../check/namespaces.ts';
import { readNodePlatforms } from '../check/node-platforms.ts';
import { findMissingReferences } from '../check/references.ts';
import type { Cluster } from '../connect.ts';
import type { Finding } from '../errors.ts';
import type { Target } from '../kube/target.ts';
import type { Run } from './run.ts';

/** Whether everything is there that the pods of objects name which change, or would if the cluster did not refuse them: configuration, volumes, accounts, images. */
export async function checkWhatPodsNeed(
  planned: PlannedApply,
  targets: readonly Target[],
  namespaces: NamespaceStates,
  cluster: Cluster,
  run: Run,
): Promise<readonly Finding[]> {
  const changes = changesAndRefused([...planned.changes, ...planned.preDeploy], targets);
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

/** Of what its dry run refused no change is planned. */
function changesAndRefused(planned: PlannedApply['changes'], targets: readonly Target[]): readonly ImageChange[] {
  const known = new Set(planned.map(({ target }) => target.path));
  const refused = targets.filter(({ path }) => !known.has(path));
  return [
    ...planned.filter(({ kind }) => kind !== 'unchanged'),
    ...refused.map((target) => ({ target, live: undefined })),
  ];
}

type Looked = { readonly findings: readonly Finding[]; readonly notes: readonly string[] };

const NOTHING: Looked = { findings: [], notes: [] };

/** The images of this run are left to the build, or to the question for their digests. */
async function lookForImages(
  changes: readonly ImageChange[],
  { api }: Cluster,
  { expected, registry, ports }: Run,
): Promise<Looked> {
  const uses = imagesToLookUp(changes, expected);
  return uses.length === 0
    ? NOTHING
    : findMissingImages(uses, createImageLookup(registry.anyBuildx, ports), await readNodePlatforms(api));
}
