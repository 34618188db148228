import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../command.ts';
import type { Progress } from '../../provider.ts';
import { cacheFolder } from '../cache-folder.ts';
import { type Recipe, RECIPES } from './catalogue.ts';
import { addFile, addJson, publish, type RegistryLayout } from './registry-layout.ts';

/** The folder with the images that every lab's registry starts with; makes them once. */
export async function imageTemplate(progress: Progress): Promise<string> {
  const template = join(cacheFolder(), `images-${await recipesHash()}`);
  if (existsSync(template)) return template;
  await mkdir(cacheFolder(), { recursive: true });
  const work = await mkdtemp(join(cacheFolder(), '.images-'));
  const layout: RegistryLayout = { folder: join(work, 'registry') };
  for (const [position, recipe] of RECIPES.entries()) {
    progress(`making image ${recipe.repository} (${position + 1} of ${RECIPES.length}), first time only`);
    await makeImage(layout, recipe, await mkdtemp(join(work, 'root-')));
  }
  // Somebody else may have finished the same template meanwhile; one of the two equal ones stays.
  await rename(layout.folder, template).catch(() => undefined);
  await rm(work, { recursive: true });
  return template;
}

async function makeImage(layout: RegistryLayout, recipe: Recipe, root: string): Promise<void> {
  await recipe.fill(root);
  const archive = `${root}.tar`;
  await run([
    'tar',
    '--create',
    '--file',
    archive,
    '--sort=name',
    '--mtime=@0',
    '--numeric-owner',
    '--directory',
    root,
    '.',
  ]);
  const { size } = await stat(archive);
  // Not compressed: on one machine unpacking costs more than reading.
  const layer = await addFile(layout, archive, size);
  const config = await addJson(layout, {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: recipe.config,
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
    history: [{ created_by: 'k8s-deploy lab' }],
  });
  const manifest = await addJson(layout, {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer }],
  });
  await publish(layout, { ...recipe, manifest, layers: [layer, config] });
}

async function recipesHash(): Promise<string> {
  const hash = createHash('sha256').update(`${process.version} ${process.arch}`);
  for (const file of await readdir(import.meta.dirname)) hash.update(await readFile(join(import.meta.dirname, file)));
  return hash.digest('hex').slice(0, 16);
}
