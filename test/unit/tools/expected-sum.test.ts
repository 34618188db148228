import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownSum, publishedSum, sumOf } from '../../../src/tools/expected-sum.ts';
import { platformOf } from '../../../src/tools/platform.ts';
import { releaseOf } from '../../../src/tools/releases.ts';
import { workbench } from './workbench.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const LINUX = platformOf('linux', 'x64');
const BUILDX = releaseOf('buildx', 'v0.35.0', LINUX, 'http://mirror');

for (const [name, body, expected] of [
  ['a bare sum', A, A],
  ['a bare sum with a newline', `${A}\n`, A],
  ['a sum in capitals', A.toUpperCase(), A],
  ['a sum with its file name', `${A}  tool\n`, A],
  ["the file's line of a list", `${B} *other\n${A} *tool\n`, A],
  ['a list with Windows line ends', `${B} *other\r\n${A} *tool\r\n`, A],
  ['a list without the file', `${B} *other\n`, undefined],
  ['a list with a longer name', `${B} *tool.exe\n`, undefined],
  ['two bare sums', `${A}\n${B}\n`, undefined],
  ['a web page', '<html></html>', undefined],
  ['a sha512', A + A, undefined],
  ['nothing', '', undefined],
] as const) {
  test(`${name} ${expected === undefined ? 'has no sum for the tool' : 'is understood'}`, () => {
    assert.equal(sumOf(body, 'tool'), expected);
  });
}

test("the user's sum counts before the one in the action", () => {
  const pinned = releaseOf('buildx', 'v0.36.1', LINUX, undefined);
  assert.equal(knownSum(pinned, A)?.sha256, A);
  assert.equal(knownSum(pinned, undefined)?.source, 'pinned');
  assert.equal(knownSum(BUILDX, undefined), undefined);
});

test("without checksums.txt the file's own .sha256 counts", async (t) => {
  const bench = await workbench(t);
  bench.site.publish('http://mirror/v0.35.0/buildx-v0.35.0.linux-amd64.sha256', A);
  const expected = await publishedSum(BUILDX, undefined, bench.ports);
  assert.equal(expected.sha256, A);
  assert.equal(expected.place, 'http://mirror/v0.35.0/buildx-v0.35.0.linux-amd64.sha256');
});

test('a site without any sum is an error that tells how to give one', async (t) => {
  const bench = await workbench(t);
  await assert.rejects(publishedSum(BUILDX, undefined, bench.ports), {
    code: 'tool-unavailable',
    hint: 'Give the sum yourself: buildx-version: v0.35.0@sha256:<sum>',
  });
});

test('a list of sums that cannot be read now is not taken for one that is missing', async (t) => {
  const bench = await workbench(t);
  bench.site.failNext('http://mirror/v0.35.0/checksums.txt', ...Array.from({ length: 5 }, () => ({ status: 500 })));
  bench.site.publish('http://mirror/v0.35.0/buildx-v0.35.0.linux-amd64.sha256', A);
  await assert.rejects(publishedSum(BUILDX, undefined, bench.ports), {
    code: 'tool-unavailable',
    message: 'buildx cannot be installed: http://mirror/v0.35.0/checksums.txt answered 500.',
  });
});
