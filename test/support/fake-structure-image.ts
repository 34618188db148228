import { isJsonObject, valueAt } from '../../src/values/json.ts';
import { pushedContent } from './registry-contents.ts';

/** What tests ask of an image. */
export type FakeImage = {
  /** As in the OCI image configuration: Env, WorkingDir. */
  readonly config: unknown;
  /** Absolute path → content. Links and folders are there without any. */
  readonly files: ReadonlyMap<string, string>;
};

/** Reads "127.0.0.1:5000/app@sha256:…" from a registry that speaks plain HTTP. Fails for a reference without a digest: a tag may move. */
export async function readImage(reference: string): Promise<FakeImage> {
  const [, registry = '', repository = '', digest = ''] = /^([^/]+)\/(.+)@(sha256:[0-9a-f]{64})$/.exec(reference) ?? [];
  if (digest === '') {
    throw new Error(`${reference} is not pinned by its digest`);
  }
  let config: unknown;
  const files = new Map<string, string>();
  for await (const { kind, bytes } of pushedContent(registry, repository, digest)) {
    if (kind === 'config') {
      const content: unknown = JSON.parse(bytes.toString('utf8'));
      config = isJsonObject(content) ? valueAt(content, 'config') : undefined;
    } else if (kind === 'layer') {
      filesIn(bytes).forEach(([path, content]) => files.set(path, content));
    }
  }
  return { config, files };
}

const BLOCK = 512;

/** The entries of a tar archive with short names, as layers of these tests have them. */
function filesIn(archive: Buffer): readonly (readonly [string, string])[] {
  const entries: (readonly [string, string])[] = [];
  for (let offset = 0; offset + BLOCK <= archive.length;) {
    const header = archive.subarray(offset, offset + BLOCK);
    const field = (start: number, length: number): string =>
      header.toString('latin1', start, start + length).replace(/\0.*$/s, '');
    const name = [field(345, 155), field(0, 100)].filter((part) => part !== '').join('/');
    const size = Number.parseInt(field(124, 12) || '0', 8);
    const begin = offset + BLOCK;
    if (name !== '') {
      entries.push([
        `/${name.replace(/^\.?\/+/, '').replace(/\/$/, '')}`,
        archive.toString('utf8', begin, begin + size),
      ]);
    }
    offset = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}
