import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** An image that no builder has seen: its one layer is a file of random text. */
export type SmallImage = { readonly repository: string; readonly tag: string; readonly layer: string };

/** Pushes it past every builder, so that whoever needs its layer has to fetch it. `registry` speaks plain HTTP and asks for nothing. */
export async function pushSmallImage(registry: string, repository: string): Promise<SmallImage> {
  const tar = archiveOf('base.txt', randomUUID().repeat(2000));
  const layer = await upload(registry, repository, gzipSync(tar));
  const config = await upload(
    registry,
    repository,
    Buffer.from(
      JSON.stringify({
        architecture: process.arch === 'x64' ? 'amd64' : process.arch,
        os: 'linux',
        config: {},
        rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
      }),
    ),
  );
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...layer }],
  };
  const tag = '1';
  const { status } = await fetch(`http://${registry}/v2/${repository}/manifests/${tag}`, {
    method: 'PUT',
    body: JSON.stringify(manifest),
    headers: { 'content-type': mediaType },
  });
  assert.equal(status, 201);
  return { repository, tag, layer: layer.digest };
}

async function upload(
  registry: string,
  repository: string,
  bytes: Buffer,
): Promise<{ readonly digest: string; readonly size: number }> {
  const session = await fetch(`http://${registry}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  const place = new URL(session.headers.get('location') ?? '', `http://${registry}`);
  const digest = digestOf(bytes);
  place.searchParams.set('digest', digest);
  const { status } = await fetch(place, {
    method: 'PUT',
    body: new Uint8Array(bytes),
    headers: { 'content-type': 'application/octet-stream' },
  });
  assert.equal(status, 201);
  return { digest, size: bytes.length };
}

/** A tar archive of one file. */
function archiveOf(name: string, text: string): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(content.length, 12), 124);
  header.write(octal(0, 12), 136);
  header.write('        0ustar\x0000', 148);
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      7,
    ),
    148,
  );
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)]);
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, '0')}\0`;
}
