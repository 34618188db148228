import { findTargets } from '../apply/targets.ts';
import { readNamespaces, type NamespaceStates } from '../check/namespaces.ts';
import type { Cluster } from '../connect.ts';
import type { Finding } from '../errors.ts';
import type { Manifest } from '../kube/manifest.ts';
import type { Target } from '../kube/target.ts';
import type { Files } from '../ports.ts';
import { pinImages } from '../render/images.ts';
import type { ImageReference } from '../values/image.ts';
import { namespaceManifest } from './new-namespace.ts';
import type { Drafts } from './render.ts';
import type { Run } from './run.ts';

/** Where everything belongs, with the images of the run in it. */
export type FoundTargets = {
  readonly targets: readonly Target[];
  readonly preDeploy: readonly Target[];
  readonly findings: readonly Finding[];
  /** How the namespaces of all of them are; asked while something else is done. */
  readonly namespaces: Promise<NamespaceStates>;
};

export async function targetsOf(
  drafts: Drafts,
  images: readonly ImageReference[],
  { api, discover, namespace }: Cluster,
  { plan, ports, own }: Run,
): Promise<FoundTargets> {
  const all = [...drafts.manifests, ...drafts.preDeploy];
  const { manifests } = pinImages(all, pinnable(all, images), plan.render.imagePaths);
  await writeRendered(manifests, plan.render.renderTo, ports.files);
  const count = drafts.manifests.length;
  const { targets, findings } = await findTargets(manifests, namespace, discover);
  const early = new Set(manifests.slice(count));
  const used = targets.flatMap((target) => target.namespace ?? []);
  const namespaces = readNamespaces([...new Set([namespace, ...used])], api);
  const isNew = plan.check.createNamespace && (await namespaces).get(namespace) === 'missing';
  const created = await findTargets(isNew ? [namespaceManifest(namespace)] : own, namespace, discover);
  return {
    targets: [...created.targets, ...targets.filter(({ manifest }) => !early.has(manifest))],
    preDeploy: targets.filter(({ manifest }) => early.has(manifest)),
    findings: [...created.findings, ...findings],
    namespaces,
  };
}

/** Without manifests an image is for set-image alone, and need not be found in any. */
export function pinnable(manifests: readonly Manifest[], images: readonly ImageReference[]): readonly ImageReference[] {
  return manifests.length === 0 ? [] : images;
}

async function writeRendered(
  manifests: readonly Manifest[],
  path: string | undefined,
  files: Pick<Files, 'writePrivate'>,
): Promise<void> {
  if (path !== undefined) {
    const documents = manifests.map((manifest) => `---\n${withLineEnd(manifest.toText())}`);
    await files.writePrivate(path, documents.join(''));
  }
}

function withLineEnd(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
