import { basename, join, relative, sep } from 'node:path';
import type { Files } from '../ports.ts';
import type { Entry } from './entries.ts';
import { writtenIn } from './written.ts';

const ORIGINS = 'originAnnotations';
const TRANSFORMATIONS = 'transformerAnnotations';

/**
 * The text of a kustomization in `folder` that is the entry's with the annotation config.kubernetes.io/origin on each object. Two fields
 * count only in the outermost kustomization and are repeated in it: sortOptions and buildMetadata. Undefined for one that asks for
 * annotations with paths itself, because the paths would become others, and for one that cannot be read.
 */
export async function wrapperFor(entry: Entry, folder: string, files: Files): Promise<string | undefined> {
  const [kustomization, ...more] = writtenIn(await files.readText(join(entry.path, basename(entry.file))));
  const metadata: unknown = kustomization?.object['buildMetadata'] ?? [];
  const asksItself =
    !Array.isArray(metadata) || metadata.some((option) => option === ORIGINS || option === TRANSFORMATIONS);
  if (kustomization === undefined || more.length > 0 || asksItself) {
    return undefined;
  }
  // JSON is YAML too.
  return JSON.stringify({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [relative(folder, entry.path).split(sep).join('/')],
    buildMetadata: [...metadata.map(String), ORIGINS],
    // Left out of the JSON where it is undefined.
    sortOptions: kustomization.object['sortOptions'],
  });
}
