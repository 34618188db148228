import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * The folder layout in which a registry (distribution 2.x) keeps its data: written directly, so that making the lab's images
 * needs neither a running registry nor a builder.
 */
export interface RegistryLayout {
  readonly folder: string;
}

export interface Blob {
  readonly digest: string;
  readonly size: number;
}

/** Moves the file into the layout. */
export async function addFile({ folder }: RegistryLayout, file: string, size: number): Promise<Blob> {
  const digest = await digestOf(file);
  const path = blobPath(folder, digest);
  await mkdir(dirname(path), { recursive: true });
  await rename(file, path);
  return { digest, size };
}

export async function addJson({ folder }: RegistryLayout, content: unknown): Promise<Blob> {
  const text = JSON.stringify(content);
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  await writeInto(blobPath(folder, digest), text);
  return { digest, size: Buffer.byteLength(text) };
}

export interface Publication {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly manifest: Blob;
  readonly layers: readonly Blob[];
}

/** Makes blobs visible as an image of a repository. */
export async function publish({ folder }: RegistryLayout, publication: Publication): Promise<void> {
  const { repository, tags, manifest, layers } = publication;
  const root = join(folder, 'repositories', repository);
  const [, hash = ''] = manifest.digest.split(':');
  for (const { digest } of layers) {
    await writeInto(join(root, '_layers', 'sha256', digest.slice('sha256:'.length), 'link'), digest);
  }
  await writeInto(join(root, '_manifests', 'revisions', 'sha256', hash, 'link'), manifest.digest);
  for (const tag of tags) {
    await writeInto(join(root, '_manifests', 'tags', tag, 'current', 'link'), manifest.digest);
    await writeInto(join(root, '_manifests', 'tags', tag, 'index', 'sha256', hash, 'link'), manifest.digest);
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) {
    if (Buffer.isBuffer(chunk)) hash.update(chunk);
  }
  return `sha256:${hash.digest('hex')}`;
}

function blobPath(folder: string, digest: string): string {
  const hash = digest.slice('sha256:'.length);
  return join(folder, 'blobs', 'sha256', hash.slice(0, 2), hash, 'data');
}

async function writeInto(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
