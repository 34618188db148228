import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { installRelease, type InstalledTool } from '../../../src/tools/install.ts';
import { platformOf } from '../../../src/tools/platform.ts';
import { releaseOf, type Release, type ToolName } from '../../../src/tools/releases.ts';
import { FILE, IDENTITY, looseParts, MESSAGE, SIGNER, STATEMENT } from './signatures/fixtures.ts';
import { sha256, workbench, type Workbench } from './workbench.ts';

const LINUX = platformOf('linux', 'x64');
const LOG = 'https://rekor.sigstore.dev/api/v1';

/** What somebody else put into the log about the same file. */
const OTHER_RECORD = Buffer.from(
  JSON.stringify({ apiVersion: '0.0.1', kind: 'hashedrekord', spec: { signature: { content: 'AAAA' } } }),
).toString('base64');

type Shop = Workbench & {
  readonly release: Release;
  readonly install: () => Promise<InstalledTool>;
  readonly path: string;
};

/** A site that has a tool, which is in truth the signed file; the signer that is expected is its own, unless told otherwise. */
async function shop(t: TestContext, tool: ToolName, version: string, signer = SIGNER): Promise<Shop> {
  const bench = await workbench(t);
  const made = releaseOf(tool, version, LINUX, 'http://mirror');
  const release = made.signing === undefined ? made : { ...made, signing: { ...made.signing, signer } };
  bench.site.publish(release.url, FILE);
  bench.site.publish(`${release.url}.sha256`, sha256(FILE));
  const plan = bench.plan({ signatures: 'required' });
  return {
    ...bench,
    release,
    install: async () => installRelease(release, undefined, plan, bench.ports),
    path: join(bench.cache.folderOf(tool, version, 'amd64'), tool),
  };
}

for (const [tool, version] of [
  ['kubectl', 'v1.30.1'],
  ['buildx', 'v0.35.0'],
] as const) {
  test(`${tool} with the right bundle is installed; the second time it is checked without the network`, async (t) => {
    const { site, release, install, path } = await shop(t, tool, version);
    site.publish(`${release.url}.sigstore.json`, MESSAGE);
    const first = await install();
    assert.deepEqual([first.source, first.signedBy], ['download', IDENTITY]);
    const asked = site.urls.length;
    const again = await install();
    assert.deepEqual([again.source, again.path], ['cache', path]);
    assert.equal(site.urls.length, asked);
  });

  test(`${tool} that somebody else signed is refused; nothing stays`, async (t) => {
    const expected = releaseOf(tool, version, LINUX, undefined).signing?.signer;
    const { site, release, install, path, folder } = await shop(t, tool, version, expected);
    site.publish(`${release.url}.sigstore.json`, MESSAGE);
    await assert.rejects(install(), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'tool-signature-invalid');
      assert.match(error.message, /\.sigstore\.json\) that (?:was made by https:\/\/github|does not hold)/);
      return true;
    });
    assert.equal(existsSync(path), false);
    assert.equal(existsSync(join(folder, 'private', `${tool}-${version}`, tool)), false);
  });
}

test('a statement of a build counts like a signature over the bytes', async (t) => {
  const { site, release, install } = await shop(t, 'buildx', 'v0.35.0');
  site.publish(`${release.url}.sigstore.json`, STATEMENT);
  assert.equal((await install()).signedBy, IDENTITY);
});

test('a tool without any signature is refused with the place where it should be', async (t) => {
  const { install } = await shop(t, 'buildx', 'v0.30.0');
  await assert.rejects(install(), {
    code: 'tool-signature-invalid',
    message:
      'http://mirror/v0.30.0/buildx-v0.30.0.linux-amd64 has no signature at http://mirror/v0.30.0/buildx-v0.30.0.linux-amd64.sigstore.json.',
    hint: 'The file was removed and nothing was cached. buildx is signed from v0.31.0 on.',
  });
});

test('a site that cannot say now whether there is a signature is no site without one', async (t) => {
  const { site, release, install } = await shop(t, 'buildx', 'v0.35.0');
  site.failNext(`${release.url}.sigstore.json`, ...Array.from({ length: 5 }, () => ({ status: 503 })));
  await assert.rejects(install(), { code: 'tool-unavailable' });
});

for (const [form, encode] of [
  ['a PEM', (pem: string) => pem],
  ['a PEM in base64', (pem: string) => Buffer.from(pem).toString('base64')],
] as const) {
  test(`kubectl's signature and ${form} are made a bundle with the entry of the log, once`, async (t) => {
    const { site, release, install } = await shop(t, 'kubectl', 'v1.30.1');
    const { signature, pem, uuid, entry } = looseParts();
    site.publish(`${release.url}.sig`, `${signature}\n`);
    site.publish(`${release.url}.cert`, encode(pem));
    const other = 'b'.repeat(80);
    site.publish(`${LOG}/index/retrieve {"hash":"sha256:${sha256(FILE)}"}`, JSON.stringify([other, uuid]));
    site.publish(`${LOG}/log/entries/${other}`, entry.replace(/"body":"[^"]+"/, `"body":"${OTHER_RECORD}"`));
    site.publish(`${LOG}/log/entries/${uuid}`, entry);
    assert.equal((await install()).signedBy, IDENTITY);
    const asked = site.urls.length;
    assert.equal((await install()).source, 'cache');
    assert.equal(site.urls.length, asked);
  });
}

for (const [name, uuids] of [
  ['knows nothing of it', '[]'],
  ['is down', undefined],
] as const) {
  test(`kubectl's signature is as good as none when the log ${name}`, async (t) => {
    const { site, release, install } = await shop(t, 'kubectl', 'v1.30.1');
    const { signature, pem } = looseParts();
    site.publish(`${release.url}.sig`, signature);
    site.publish(`${release.url}.cert`, pem);
    if (uuids !== undefined) {
      site.publish(`${LOG}/index/retrieve {"hash":"sha256:${sha256(FILE)}"}`, uuids);
    }
    await assert.rejects(install(), { code: 'tool-signature-invalid', message: /that the transparency log knows\.$/ });
  });
}

for (const [name, spoil] of [
  ['is gone', async (path: string) => rm(path)],
  ['is another', async (path: string) => writeFile(path, MESSAGE.replace(/"signature": *"..../, '"signature":"AAAA'))],
] as const) {
  test(`a tool of the tool cache whose signature ${name} is downloaded anew`, async (t) => {
    const { site, release, install, path } = await shop(t, 'buildx', 'v0.35.0');
    site.publish(`${release.url}.sigstore.json`, MESSAGE);
    await install();
    await spoil(`${path}.sigstore.json`);
    assert.equal((await install()).source, 'download');
  });
}

test('what nobody signs is checked by its sum alone, and that is said', async (t) => {
  const bench = await workbench(t);
  const { ports, site, happenings } = bench;
  const release = releaseOf('helm', 'v3.21.9', LINUX, 'http://mirror');
  const archive = JSON.stringify({ 'linux-amd64/helm': 'helm' });
  site.publish(release.url, archive);
  site.publish(`${release.url}.sha256sum`, sha256(archive));
  const installed = await installRelease(release, undefined, bench.plan({ signatures: 'required' }), ports);
  assert.deepEqual([installed.checkedAgainst, installed.signedBy], ['site', undefined]);
  assert.match(JSON.stringify(happenings), /helm v3\.21\.9 is checked by its sha256 alone/);
});

test('nobody is asked for a signature that is not wanted', async (t) => {
  const bench = await shop(t, 'buildx', 'v0.35.0');
  await installRelease(bench.release, undefined, bench.plan({}), bench.ports);
  assert.equal(
    bench.site.urls.some((url) => url.includes('sigstore')),
    false,
  );
});
