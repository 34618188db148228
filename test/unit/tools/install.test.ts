import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { installRelease, type InstalledTool } from '../../../src/tools/install.ts';
import { platformOf } from '../../../src/tools/platform.ts';
import { releaseOf } from '../../../src/tools/releases.ts';
import { sha256, workbench, type Workbench } from './workbench.ts';

const LINUX = platformOf('linux', 'x64');
const KUBECTL = releaseOf('kubectl', 'v1.34.4', LINUX, 'http://mirror');
const SUM_URL = `${KUBECTL.url}.sha256`;

type Shop = Workbench & {
  readonly install: (userSum?: string) => Promise<InstalledTool>;
  readonly cachedPath: string;
};

/** A mirror that publishes kubectl v1.34.4 with its sum. */
async function shop(t: TestContext): Promise<Shop> {
  const bench = await workbench(t);
  bench.site.publish(KUBECTL.url, 'the real kubectl');
  bench.site.publish(SUM_URL, sha256('the real kubectl'));
  return {
    ...bench,
    install: (userSum) => installRelease(KUBECTL, userSum, bench.plan({}), bench.ports),
    cachedPath: join(bench.cache.folderOf('kubectl', 'v1.34.4', 'amd64'), 'kubectl'),
  };
}

test('a download is verified, made executable and kept in the tool cache', async (t) => {
  const { install, cachedPath, folder } = await shop(t);
  assert.deepEqual(await install(), {
    tool: 'kubectl',
    version: 'v1.34.4',
    path: cachedPath,
    source: 'download',
    checkedAgainst: 'site',
  });
  assert.equal(readFileSync(cachedPath, 'utf8'), 'the real kubectl');
  assert.equal(statSync(cachedPath).mode & 0o777, 0o755);
  assert.equal(existsSync(join(folder, 'private', 'kubectl-v1.34.4', 'kubectl')), false);
});

test('the second time it comes from the tool cache, and nobody is asked', async (t) => {
  const { install, site, cachedPath } = await shop(t);
  await install();
  const asked = site.urls.length;
  const again = await install();
  assert.deepEqual([again.path, again.source, again.checkedAgainst], [cachedPath, 'cache', 'tool-cache']);
  assert.equal(site.urls.length, asked);
});

test('a file that was changed in the tool cache is said aloud and downloaded anew', async (t) => {
  const { install, cachedPath, happenings } = await shop(t);
  await install();
  await writeFile(cachedPath, 'something else');
  assert.equal((await install()).source, 'download');
  assert.equal(readFileSync(cachedPath, 'utf8'), 'the real kubectl');
  const warnings = happenings.filter((happening) => happening.kind === 'warning');
  assert.equal(warnings.length, 1);
});

test('a file in the tool cache that nobody vouches for is downloaded anew', async (t) => {
  const { install, cachedPath } = await shop(t);
  await install();
  await rm(cachedPath.replace(/kubectl$/, 'kubectl.sha256'));
  assert.equal((await install()).source, 'download');
});

test("the user's sum counts for the tool cache too", async (t) => {
  const { install, cachedPath } = await shop(t);
  await install();
  const again = await install(sha256('the real kubectl'));
  assert.deepEqual([again.path, again.source, again.checkedAgainst], [cachedPath, 'cache', 'input']);
});

test('a download with another sum is an error with both sums, the URL and the source; nothing stays', async (t) => {
  const { install, site, folder, cachedPath } = await shop(t);
  site.publish(KUBECTL.url, 'a tampered kubectl');
  await assert.rejects(install(), {
    code: 'tool-checksum-mismatch',
    message: `${KUBECTL.url} has sha256 ${sha256('a tampered kubectl')}, but ${SUM_URL} says ${sha256('the real kubectl')}.`,
  });
  assert.equal(existsSync(cachedPath), false);
  assert.equal(existsSync(join(folder, 'private', 'kubectl-v1.34.4', 'kubectl')), false);
});

test("the user's sum overrules the site's", async (t) => {
  const { install, site } = await shop(t);
  const wrong = 'f'.repeat(64);
  await assert.rejects(install(wrong), (error: Error) => {
    assert.match(error.message, /but the input kubectl-version says f{64}\./);
    return true;
  });
  assert.deepEqual(site.urls, [KUBECTL.url]);
});

test('a mirror cannot vouch for itself where the action knows the sum', async (t) => {
  const bench = await workbench(t);
  const release = releaseOf('kubectl', 'v1.36.4', LINUX, 'http://mirror');
  bench.site.publish(release.url, 'a tampered kubectl');
  bench.site.publish(`${release.url}.sha256`, sha256('a tampered kubectl'));
  await assert.rejects(installRelease(release, undefined, bench.plan({}), bench.ports), {
    code: 'tool-checksum-mismatch',
    message: /but the table of published sums in this action says 8b8f088d/,
  });
});

test('a site that is busy for a moment costs a moment', async (t) => {
  const { install, site, pauses } = await shop(t);
  site.failNext(KUBECTL.url, { status: 503 }, { networkError: 'socket hang up' });
  assert.equal((await install()).source, 'download');
  assert.deepEqual(pauses, [500, 1000]);
});

test('a version that does not exist is an error at once, with the URL', async (t) => {
  const bench = await workbench(t);
  const release = releaseOf('kubectl', 'v1.34.99', LINUX, undefined);
  await assert.rejects(installRelease(release, 'f'.repeat(64), bench.plan({}), bench.ports), {
    code: 'tool-unavailable',
    message: `kubectl cannot be installed: ${release.url} answered 404.`,
    hint: 'Check that this version of kubectl exists and, if kubectl-mirror is set, that the mirror has it.',
  });
  assert.deepEqual(bench.pauses, []);
});

test('a full tool cache is a warning; the deploy goes on with the downloaded file', async (t) => {
  const { install, cache, happenings } = await shop(t);
  cache.fill();
  const installed = await install();
  assert.equal(readFileSync(installed.path, 'utf8'), 'the real kubectl');
  assert.equal(
    happenings.some((happening) => happening.kind === 'warning'),
    true,
  );
});

for (const [mirror, sent] of [
  [undefined, true],
  ['https://mirror.example/buildx', false],
  ['http://github.com/docker/buildx/releases/download', false],
  ['https://github.com.example/docker', false],
] as const) {
  test(`the GitHub token is ${sent ? 'sent to github.com' : `not sent to ${mirror}`}`, async (t) => {
    const bench = await workbench(t);
    const release = releaseOf('buildx', 'v0.35.0', LINUX, mirror);
    const plan = bench.plan({ githubToken: 'ghs_secret' });
    await assert.rejects(installRelease(release, undefined, plan, bench.ports), { code: 'tool-unavailable' });
    const authorizations = new Set(bench.site.requests.map((request) => request.headers['authorization']));
    assert.deepEqual([...authorizations], [sent ? 'Bearer ghs_secret' : undefined]);
  });
}
