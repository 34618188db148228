import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checksOfTarget } from '../../../../src/build/bake/checks.ts';
import { memoryFiles } from '../../../support/memory-files.ts';

const APP = 'FROM base\nCMD cat x\n';
const BASE = 'FROM busybox:1 as linked\n';
const OTHER = 'FROM busybox:1\nCMD other\n';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const warning = (short: string, data: string, line: number) => ({
  short: base64(`${short} (line ${line})`),
  sourceInfo: { filename: 'Dockerfile', data: base64(data), language: 'Dockerfile' },
  range: [{ start: { line }, end: { line } }],
});

/** As bake writes it: beside the targets, one list for all. */
const METADATA = JSON.stringify({
  app: { 'buildx.build.ref': 'lab/lab0/x' },
  'buildx.build.warnings': [
    warning('FromAsCasing: casing', BASE, 1),
    warning('JSONArgsRecommended: use JSON', APP, 2),
    warning('Inline: of the bake file', 'FROM scratch\n', 1),
    warning('JSONArgsRecommended: of nobody', OTHER, 2),
  ],
});

const all = new Map(
  Object.entries({
    app: { context: 'app', contexts: { base: 'target:base', inline: 'target:inline' } },
    base: { context: 'base' },
    inline: { 'dockerfile-inline': 'FROM scratch\n' },
  }),
);

test('what is found in the Dockerfile of a target, and of those it is linked to, has the path of each', async () => {
  const files = memoryFiles({ '/checkout/app/Dockerfile': APP, '/checkout/base/Dockerfile': BASE });
  const target = { name: 'app', definition: all.get('app') ?? {} };
  assert.deepEqual(await checksOfTarget(target, all, '/checkout', METADATA, files), [
    { message: 'JSONArgsRecommended: use JSON', file: 'app/Dockerfile', line: 2 },
    { message: 'FromAsCasing: casing', file: 'base/Dockerfile', line: 1 },
  ]);
});

test('nothing is said when the Dockerfile cannot be read, or is of the bake file', async () => {
  const files = memoryFiles({});
  for (const name of ['app', 'inline']) {
    const target = { name, definition: all.get(name) ?? {} };
    assert.deepEqual(await checksOfTarget(target, all, '/checkout', METADATA, files), []);
  }
});
