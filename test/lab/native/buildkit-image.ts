import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../command.ts';
import { compileTools } from './compile.ts';
import { addBusybox } from './images/busybox-files.ts';
import { labTool } from './lab-tool.ts';

const REPOSITORY = 'moby/buildkit';
/** The second is what buildx takes when nobody names an image: an engine or a node that asks the lab's registry first gets it. */
const TAGS = ['lab', 'buildx-stable-1'] as const;

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CA_BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Pushes an image of BuildKit, made of the lab's own buildkitd and laid out like the published one, for the drivers `docker-container` and `kubernetes` of buildx.
 * Returns its reference, `<registry>/moby/buildkit:lab@sha256:…`; the same files make the same digest.
 */
export async function pushBuildkitImage(registry: string): Promise<string> {
  const layer = await makeLayer();
  const repository = `http://${registry}/v2/${REPOSITORY}`;
  const layerBlob = await pushBlob(repository, layer);
  const config = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: {
      Entrypoint: ['buildkitd'],
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      // Without it a pod would keep snapshots on its own overlay, where BuildKit can only copy whole folders.
      Volumes: { '/var/lib/buildkit': {} },
    },
    rootfs: { type: 'layers', diff_ids: [layerBlob.digest] },
    history: [{ created_by: 'k8s-deploy lab' }],
  };
  const configBlob = await pushBlob(repository, Buffer.from(JSON.stringify(config)));
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...configBlob },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layerBlob }],
    }),
  );
  for (const tag of TAGS) await put(`${repository}/manifests/${tag}`, manifest, MANIFEST_TYPE);
  return `${registry}/${REPOSITORY}:${TAGS[0]}@${digestOf(manifest)}`;
}

/** All files of the image as one archive. */
async function makeLayer(): Promise<Buffer> {
  const { buildkitd } = await compileTools((line) => console.error(`lab: ${line}`));
  const work = await mkdtemp(join(tmpdir(), 'k8s-deploy-lab-buildkit-'));
  const root = join(work, 'root');
  const archive = join(work, 'layer.tar');
  try {
    await addBusybox(root);
    await add(root, buildkitd, '/usr/bin/buildkitd');
    await add(root, await labTool('buildctl'), '/usr/bin/buildctl');
    await add(root, '/usr/sbin/runc', '/usr/bin/buildkit-runc');
    await add(root, CA_BUNDLE);
    const libraries = (await run(['ldd', '/usr/sbin/runc'])).matchAll(/\/\S+/g);
    for (const [library] of libraries) await add(root, library);
    const reproducible = ['--sort=name', '--mtime=@0', '--numeric-owner'];
    await run(['tar', '--create', '--file', archive, ...reproducible, '--directory', root, '.']);
    return await readFile(archive);
  } finally {
    await rm(work, { recursive: true });
  }
}

async function add(root: string, file: string, pathInImage = file): Promise<void> {
  const target = join(root, pathInImage);
  await mkdir(dirname(target), { recursive: true });
  await copyFile(file, target);
}

async function pushBlob(
  repository: string,
  content: Buffer,
): Promise<{ readonly digest: string; readonly size: number }> {
  const digest = digestOf(content);
  const known = await fetch(`${repository}/blobs/${digest}`, { method: 'HEAD' });
  if (!known.ok) {
    const upload = await fetch(`${repository}/blobs/uploads/`, { method: 'POST' });
    const location = new URL(upload.headers.get('location') ?? '', repository);
    location.searchParams.set('digest', digest);
    await put(location.href, content, 'application/octet-stream');
  }
  return { digest, size: content.length };
}

async function put(url: string, content: Buffer, type: string): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': type },
    body: new Uint8Array(content),
  });
  if (!response.ok) throw new Error(`PUT ${url}: ${response.status} ${await response.text()}`);
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
