import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readProgress, readTries } from '../../../src/build/progress.ts';

/** What BuildKit v0.33.1 printed for a Dockerfile of two stages and five steps, on a builder without a cache of its own. */
const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}.txt`, import.meta.url), 'utf8');
const BUSYBOX = ['docker.io/library/busybox:latest'];

for (const [name, use] of [
  ['nothing-changed', { steps: 5, cached: 5, firstMiss: undefined, because: undefined }],
  [
    // The third step is fetched and not run: it prints layers instead of CACHED.
    'source-changed',
    {
      steps: 5,
      cached: 3,
      firstMiss: '[stage-1 3/4] COPY . /app/src',
      because: 'the instruction or a file that it copies changed',
    },
  ],
  [
    'argument-changed',
    {
      steps: 5,
      cached: 4,
      firstMiss: '[stage-1 4/4] RUN echo "2" > /app/version',
      because: 'the instruction, a build argument or what it builds upon changed',
    },
  ],
  [
    'no-cache-yet',
    {
      steps: 5,
      cached: 0,
      firstMiss: '[deps 2/3] COPY package.txt /app/',
      because:
        'there was no cache yet: 127.0.0.1:5000/shop/app:buildcache-feature, 127.0.0.1:5000/shop/app:buildcache-main',
    },
  ],
  [
    'cache-out-of-reach',
    {
      steps: 5,
      cached: 0,
      firstMiss: '[deps 2/3] COPY package.txt /app/',
      because:
        'the registry did not give the cache 127.0.0.1:1/shop/app:buildcache-main: Head "http://127.0.0.1:1/v2/shop/app/manifests/buildcache-main": dial tcp 127.0.0.1:1: connect: connection refused',
    },
  ],
  [
    'two-platforms',
    { steps: 3, cached: 0, firstMiss: '[linux/amd64 build 2/2] RUN echo hi > /out', because: undefined },
  ],
] as const) {
  test(`${name}: ${use.cached} of ${use.steps} steps from the cache`, () => {
    const progress = readProgress(fixture(name));
    assert.deepEqual(progress.use, use);
    assert.deepEqual(progress.bases, BUSYBOX);
  });
}

test('what one try has built comes from no cache at the next, whatever that says', () => {
  const [first, second] = [fixture('no-cache-yet'), fixture('nothing-changed')];
  const { use, contextBytes, exportError } = readTries([first, second]);
  assert.deepEqual(use, readProgress(first).use);
  assert.equal(contextBytes, 346);
  assert.equal(exportError, undefined);
  assert.equal(readTries([second, fixture('cache-out-of-reach')]).exportError?.startsWith('error writing'), true);
});

test('a try that ended before its steps says nothing of them', () => {
  const early = '#1 [internal] load metadata for docker.io/library/busybox:latest\n#1 ERROR: 429 Too Many Requests\n';
  assert.deepEqual(readTries([early, fixture('source-changed')]).use, readProgress(fixture('source-changed')).use);
  assert.deepEqual(readTries([]).use, readProgress('').use);
});

test('a cache that could not be written is told', () => {
  assert.match(
    readProgress(fixture('cache-out-of-reach')).exportError ?? '',
    /^error writing layer blob: .*connection refused$/,
  );
  assert.equal(readProgress(fixture('no-cache-yet')).exportError, undefined);
});

const sent = (text: string): string => `#1 [internal] load build context\n#1 transferring context: ${text}\n`;

test('what the context weighs is what was sent of it, not of .dockerignore', () => {
  assert.equal(readProgress(fixture('nothing-changed')).contextBytes, 346);
  for (const [text, bytes] of [
    ['2B done', 2],
    ['120.52MB 1.2s done', 120_520_000],
    ['1.5GB 9.0s', 1_500_000_000],
    ['12.3kB', 12_300],
    ['0.1s done', 0],
  ] as const) {
    assert.equal(Math.round(readProgress(sent(text)).contextBytes), bytes, text);
  }
});

test('what is read of .dockerignore is no context', () => {
  assert.equal(readProgress('#1 [internal] load .dockerignore\n#1 transferring context: 999B done\n').contextBytes, 0);
});

test('a step that runs without a word on a fetched base is not from the cache; one that prints sums is neither', () => {
  const layer = `sha256:${'a'.repeat(64)} 2MB / 2MB done`;
  assert.equal(readProgress('#1 [2/2] RUN true\n#1 DONE 0.1s\n').use.cached, 0);
  assert.equal(readProgress(`#1 [2/2] RUN x\n#1 ${layer}\n#1 0.101 ${layer}\n#1 DONE 0.1s\n`).use.cached, 0);
  assert.equal(readProgress(`#1 [2/2] RUN x\n#1 ${layer}\n#1 DONE 0.1s\n`).use.cached, 1);
});

test('no output is no step', () => {
  assert.deepEqual(readProgress(''), {
    use: { steps: 0, cached: 0, firstMiss: undefined, because: undefined },
    contextBytes: 0,
    bases: [],
    exportError: undefined,
    importErrors: [],
  });
});
