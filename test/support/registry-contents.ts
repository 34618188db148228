import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';
import type { RecordedRequest } from './registry-proxy.ts';

export type PushedContent = {
  readonly repository: string;
  /**
   * `cache`: a manifest that buildkit's cache is found by, and its configuration; the layers of a cache are layers. `attestation`: a
   * manifest of attestations, and each of them. `blob`: uploaded, and no manifest that is known refers to it.
   */
  readonly kind: 'index' | 'manifest' | 'config' | 'layer' | 'attestation' | 'cache' | 'blob';
  readonly digest: string;
  readonly mediaType: string;
  /** Of a layer the tar archive, decompressed; of everything else what was pushed. */
  readonly bytes: Buffer;
};

const CACHE_CONFIG = 'application/vnd.buildkit.cacheconfig.v0';
const ATTESTATION = 'application/vnd.in-toto+json';
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** Everything that a tag or digest stands for, each digest once. `registry` speaks plain HTTP and asks for nothing: "127.0.0.1:21003". */
export async function* pushedContent(
  registry: string,
  repository: string,
  reference: string,
): AsyncGenerator<PushedContent> {
  yield* walkManifest({ registry, repository, seen: new Set() }, reference);
}

/** Everything that has a tag in the repositories whose name fits. What was pushed by digest only is not there: see `uploadedContent`. */
export async function* allBlobs(registry: string, name: RegExp): AsyncGenerator<PushedContent> {
  for (const repository of (await listed(registry, '/v2/_catalog', 'repositories')).filter((each) => name.test(each))) {
    const walk: Walk = { registry, repository, seen: new Set() };
    for (const tag of await listed(registry, `/v2/${repository}/tags/list`, 'tags')) {
      yield* walkManifest(walk, tag);
    }
  }
}

/**
 * Everything that was pushed through a proxy, though its tag moved on, it never had one, or the push failed in the end. `registry` is what
 * stands behind the proxy.
 */
export async function* uploadedContent(
  registry: string,
  requests: readonly RecordedRequest[],
): AsyncGenerator<PushedContent> {
  const walks = new Map<string, Walk>();
  const taken = requests.filter(({ status, answeredBy }) => status === 201 && answeredBy === 'registry');
  // Manifests come first, because they tell what their blobs are.
  const manifestsFirst = taken.toSorted((one, other) => rank(one) - rank(other));
  for (const { step, repository, reference, digest } of manifestsFirst) {
    const walk = walks.get(repository) ?? { registry, repository, seen: new Set() };
    walks.set(repository, walk);
    if (step === 'manifest-put') {
      yield* walkManifest(walk, digest ?? reference);
    } else if (step === 'upload-put' || step === 'upload-start') {
      yield* readBlob(walk, { digest: reference, mediaType: 'application/octet-stream' }, 'blob');
    }
  }
}

function rank({ step }: RecordedRequest): number {
  return step === 'manifest-put' ? 0 : 1;
}

type Walk = { readonly registry: string; readonly repository: string; readonly seen: Set<string> };

async function* walkManifest(walk: Walk, reference: string): AsyncGenerator<PushedContent> {
  const { registry, repository, seen } = walk;
  const response = await get(registry, `/v2/${repository}/manifests/${reference}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  const digest = response.headers.get('docker-content-digest') ?? reference;
  if (seen.has(digest)) {
    return;
  }
  seen.add(digest);
  const manifest: unknown = JSON.parse(bytes.toString());
  const config = valueAt(manifest, 'config');
  const parts = [...objectsAt(manifest, 'manifests'), ...objectsAt(manifest, 'layers')];
  const mediaType = textAt(manifest, 'mediaType') ?? response.headers.get('content-type') ?? '';
  yield {
    repository,
    kind: kindOfManifest(isJsonObject(config) ? [config, ...parts] : parts, mediaType),
    digest,
    mediaType,
    bytes,
  };

  if (isJsonObject(config)) {
    yield* readBlob(walk, config, 'config');
  }
  for (const part of parts) {
    // buildkit's older cache is an index whose entries are layers.
    if (MANIFESTS.includes(textAt(part, 'mediaType') ?? '')) {
      yield* walkManifest(walk, textAt(part, 'digest') ?? '');
    } else {
      yield* readBlob(walk, part, 'layer');
    }
  }
}

function kindOfManifest(parts: readonly JsonObject[], mediaType: string): PushedContent['kind'] {
  const types = parts.map((part) => textAt(part, 'mediaType'));
  if (types.includes(CACHE_CONFIG)) {
    return 'cache';
  }
  if (types.includes(ATTESTATION)) {
    return 'attestation';
  }
  return /index|list/.test(mediaType) ? 'index' : 'manifest';
}

const KIND_OF_TYPE: Readonly<Record<string, PushedContent['kind']>> = {
  [CACHE_CONFIG]: 'cache',
  [ATTESTATION]: 'attestation',
};

async function* readBlob(
  { registry, repository, seen }: Walk,
  descriptor: JsonObject,
  kind: PushedContent['kind'],
): AsyncGenerator<PushedContent> {
  const [digest = '', mediaType = ''] = [textAt(descriptor, 'digest'), textAt(descriptor, 'mediaType')];
  if (seen.has(digest)) {
    return;
  }
  seen.add(digest);
  const response = await get(registry, `/v2/${repository}/blobs/${digest}`);
  const bytes = decompressed(Buffer.from(await response.arrayBuffer()));
  yield { repository, kind: KIND_OF_TYPE[mediaType] ?? kind, digest, mediaType, bytes };
}

/** By its first bytes, not by its media type: a secret under a wrong label is pushed all the same. */
function decompressed(bytes: Buffer): Buffer {
  if (bytes.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) {
    return gunzipSync(bytes);
  }
  return bytes.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd])) ? zstdDecompressSync(bytes) : bytes;
}

/** All pages of a list. */
async function listed(registry: string, path: string, key: string): Promise<readonly string[]> {
  const response = await get(registry, path);
  const names = valueAt(await response.json(), key);
  const [, next] = /<([^>]+)>; *rel="next"/.exec(response.headers.get('link') ?? '') ?? [];
  const rest = next === undefined ? [] : await listed(registry, next, key);
  return [...(Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []), ...rest];
}

async function get(registry: string, path: string): Promise<Response> {
  const url = new URL(path, `http://${registry}`);
  const response = await fetch(url, { headers: { accept: [...MANIFESTS, '*/*'].join(', ') } });
  if (!response.ok) {
    throw new Error(`the registry answers ${response.status} to GET ${url.pathname}`);
  }
  return response;
}
