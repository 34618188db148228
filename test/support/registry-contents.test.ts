import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { run } from '../lab/command.ts';
import { allBlobs, pushedContent, uploadedContent, type PushedContent } from './registry-contents.ts';
import { digestOf, memoryRegistry, type MemoryRegistry } from './registry-memory.ts';
import { openRegistryProxy } from './registry-proxy.ts';
import { findText } from './registry-text.ts';
import { temporaryFolder } from './temporary-folder.ts';

const OCI = 'application/vnd.oci.image';
const INDEX = `${OCI}.index.v1+json`;
const MANIFEST = `${OCI}.manifest.v1+json`;
const LAYER = `${OCI}.layer.v1.tar`;
const SECRET = 'npm_"<t0ken>"&/secret';

type Descriptor = { readonly mediaType: string; readonly digest: string };

function blobIn(registry: MemoryRegistry, repository: string, mediaType: string, bytes: Buffer | string): Descriptor {
  return { mediaType, digest: registry.putBlob(repository, Buffer.from(bytes)) };
}

/** A tar archive with two files; the second has the secret in it. */
async function archive(t: TestContext): Promise<Buffer> {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'app', 'nested'), { recursive: true });
  await writeFile(join(folder, 'app', 'a.txt'), 'x'.repeat(2000));
  await writeFile(join(folder, 'app', 'nested', '.npmrc'), `token=${SECRET}\n`);
  await run(['tar', '--sort=name', '-C', folder, '-cf', join(folder, 'layer.tar'), 'app']);
  return readFile(join(folder, 'layer.tar'));
}

async function all(content: AsyncIterable<PushedContent>): Promise<readonly PushedContent[]> {
  return Array.fromAsync(content);
}

test('an image is walked from its index to the files in its layers and its attestations', async (t) => {
  const registry = await memoryRegistry(t);
  const tar = await archive(t);
  const put = (mediaType: string, bytes: Buffer | string): Descriptor => blobIn(registry, 'org/app', mediaType, bytes);
  const manifest = (parts: object): Descriptor => ({
    mediaType: MANIFEST,
    digest: registry.putManifest('org/app', { mediaType: MANIFEST, ...parts }),
  });
  const history = JSON.stringify({ created_by: `RUN echo ${SECRET}` });
  const config = put(`${OCI}.config.v1+json`, history);
  const layers = [
    put(`${LAYER}+gzip`, gzipSync(tar)),
    put(`${LAYER}+zstd`, zstdCompressSync('zstd bytes')),
    put(LAYER, 'raw'),
  ];
  const statement = put('application/vnd.in-toto+json', JSON.stringify({ source: btoa(`# ${SECRET}`) }));
  const image = manifest({ config, layers });
  const attestation = manifest({ config: put(`${OCI}.config.v1+json`, '{}'), layers: [statement] });
  // The same layer twice, as two platforms have it.
  registry.putManifest('org/app', { mediaType: INDEX, manifests: [image, image, attestation] }, 'v1');

  const content = await all(pushedContent(registry.host, 'org/app', 'v1'));
  assert.deepEqual(
    content.map(({ kind }) => kind),
    ['index', 'manifest', 'config', 'layer', 'layer', 'layer', 'attestation', 'config', 'attestation'],
  );
  assert.deepEqual(
    content.filter(({ kind }) => kind === 'layer').map(({ bytes }) => bytes.equals(tar) || bytes.toString()),
    [true, 'zstd bytes', 'raw'],
  );
  const findings = await findText(content, [SECRET, 'not in there']);
  assert.deepEqual(
    findings.map(({ where, needle, as }) => [where.replace(/sha256:\w+/, '…'), needle, as]),
    [
      ['config … of org/app, at byte 24', SECRET, 'JSON'],
      [`layer … of org/app, in app/nested/.npmrc at byte ${tar.indexOf(SECRET)}`, SECRET, 'plain'],
      ['attestation … of org/app, at byte 14', SECRET, 'base64'],
    ],
  );
});

const CACHE_CONFIG = 'application/vnd.buildkit.cacheconfig.v0';

test('a cache is walked in both of its forms', async (t) => {
  const registry = await memoryRegistry(t);
  const config = blobIn(registry, 'cache', CACHE_CONFIG, '{"layers":[]}');
  const layer = blobIn(registry, 'cache', `${LAYER}+gzip`, gzipSync('cached'));
  registry.putManifest('cache', { mediaType: MANIFEST, config, layers: [layer] }, 'image');
  registry.putManifest('cache', { mediaType: INDEX, manifests: [layer, config] }, 'index');
  for (const [tag, kinds] of [
    ['image', ['cache', 'cache', 'layer']],
    ['index', ['cache', 'layer', 'cache']],
  ] as const) {
    const content = await all(pushedContent(registry.host, 'cache', tag));
    assert.deepEqual(
      content.map(({ kind }) => kind),
      kinds,
    );
    assert.equal(content.find(({ kind }) => kind === 'layer')?.bytes.toString(), 'cached');
  }
});

test('all tags of all repositories whose name fits are walked, page after page', async (t) => {
  const registry = await memoryRegistry(t);
  for (const [repository, tag] of [
    ['org/app', 'v1'],
    ['org/app', 'v2'],
    ['org/web', 'v1'],
    ['other', 'v1'],
  ] as const) {
    const config = blobIn(registry, repository, `${OCI}.config.v1+json`, `${repository}:${tag}`);
    registry.putManifest(repository, { mediaType: MANIFEST, config, layers: [] }, tag);
  }
  const content = await all(allBlobs(registry.host, /^org\//));
  assert.deepEqual(
    content.filter(({ kind }) => kind === 'config').map(({ bytes }) => bytes.toString()),
    ['org/app:v1', 'org/app:v2', 'org/web:v1'],
  );
});

test('what was uploaded is found though its tag moved on, or no manifest ever came', async (t) => {
  const registry = await memoryRegistry(t);
  const proxy = await openRegistryProxy({ upstream: registry.host });
  t.after(() => proxy.close());
  const send = async (path: string, body: string, type = ''): Promise<Response> =>
    fetch(`http://${proxy.host}/v2/app/${path}`, { method: 'PUT', body, headers: { 'content-type': type } });
  const upload = async (bytes: string): Promise<Descriptor> => {
    const digest = digestOf(Buffer.from(bytes));
    await send(`blobs/uploads/1?digest=${digest}`, bytes);
    return { mediaType: `${OCI}.config.v1+json`, digest };
  };
  for (const text of ['first', 'second']) {
    const manifest = { mediaType: MANIFEST, config: await upload(text), layers: [] };
    await send('manifests/latest', JSON.stringify(manifest), MANIFEST);
  }
  await fetch(`http://${proxy.host}/v2/app/blobs/uploads/`, { method: 'POST' });
  await upload('orphan');
  proxy.inject({ step: 'upload-put', times: 1, answer: { status: 500 } });
  await upload('refused');
  const content = await all(uploadedContent(registry.host, proxy.requests()));
  assert.deepEqual(
    content.map(({ kind, bytes }) => (kind === 'manifest' ? kind : `${kind} ${bytes.toString()}`)),
    ['manifest', 'config first', 'manifest', 'config second', 'blob orphan'],
  );
});

test('what the registry does not have is no empty content', async (t) => {
  const registry = await memoryRegistry(t);
  await assert.rejects(all(pushedContent(registry.host, 'app', 'v1')), /answers 404 to GET \/v2\/app\/manifests\/v1/);
  const layer = { mediaType: LAYER, digest: digestOf(Buffer.from('lost')) };
  registry.putManifest('app', { mediaType: MANIFEST, layers: [layer] }, 'v1');
  await assert.rejects(all(pushedContent(registry.host, 'app', 'v1')), /answers 404 to GET \/v2\/app\/blobs\//);
});

function piece(text: string): PushedContent {
  return { repository: 'app', kind: 'config', digest: 'sha256:1', mediaType: '', bytes: Buffer.from(text) };
}

test('a text is found however it is written, at any offset of base64', async () => {
  const json = JSON.stringify(SECRET);
  const cases: readonly (readonly [text: string, as: string | undefined])[] = [
    [`x${SECRET}x`, 'plain'],
    [json, 'JSON'],
    [json.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026'), 'JSON'],
    ...['', 'a', 'ab', 'abc'].map((before) => [btoa(`${before}${SECRET}${before}`), 'base64'] as const),
    [Buffer.from(`é?${SECRET}`).toString('base64url'), 'base64'],
    [`https://x.example.com/?token=${encodeURIComponent(SECRET)}`, 'percent'],
    [Buffer.from(SECRET).toString('hex'), 'hex'],
    [SECRET.slice(0, -1), undefined],
  ];
  for (const [text, as] of cases) {
    const findings = await findText([piece(text)], [SECRET]);
    assert.deepEqual(
      findings.map((finding) => finding.as),
      as === undefined ? [] : [as],
      text,
    );
  }
  const inUrls = await findText([piece(Buffer.from('a~~~???~~~???').toString('base64url'))], ['~~~???~~~???']);
  assert.deepEqual(
    inUrls.map(({ as }) => as),
    ['base64'],
  );
  await assert.rejects(findText([], ['short']), /fewer than 8 bytes/);
});
