import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceFiles, type SourceFile } from '../support/source-files.ts';

/** Low to high (CONTRIBUTING.md, Layers): a file imports from lower layers or from its own folder. Entries of one row never import one another. */
const LAYERS: readonly (readonly string[])[] = [
  ['reasons.ts'],
  ['errors.ts', 'http.ts', 'github-http.ts'],
  ['ports.ts'],
  ['values'],
  ['inputs'],
  ['plan'],
  ['kube', 'registry', 'github'],
  [
    'checkout',
    'login',
    'tools',
    'builder',
    'skaffold',
    'render',
    'order',
    'check',
    'diff',
    'build',
    'gate',
    'promotion',
    'apply',
  ].concat(['pre-deploy', 'rollout', 'smoke-test', 'rollback', 'preview', 'collect']),
  ['report'],
  ['connect.ts'],
  ['steps'],
  ['main.ts', 'undo.ts', 'left-behind.ts'],
  ['adapters'],
  ['runtime.ts'],
  ['index.ts', 'post.ts'],
];

/** The folder of a file, or its name when it is in none. */
const placeOf = (path: string): string => path.split('/')[0] ?? path;
const heightOf = (path: string): number => LAYERS.findIndex((row) => row.includes(placeOf(path)));
const FILES = sourceFiles();
const own = (file: SourceFile): readonly string[] => file.imports.filter((path) => path.endsWith('.ts'));
const foreign = (file: SourceFile): readonly string[] => file.imports.filter((path) => !path.endsWith('.ts'));
const isOutside = ({ path }: SourceFile): boolean =>
  ['adapters', 'runtime.ts', 'index.ts', 'post.ts'].includes(placeOf(path));

test('the imports of the sources are really read', () => {
  assert.ok(FILES.length > 80);
  assert.ok(FILES.flatMap(own).length > 250);
  const known = new Set(FILES.map(({ path }) => path));
  assert.deepEqual(
    FILES.flatMap(own).filter((path) => !known.has(path)),
    [],
  );
});

test('every file is in a known layer', () => {
  assert.deepEqual(
    FILES.map(({ path }) => path).filter((path) => heightOf(path) === -1),
    [],
  );
});

test('imports go down only, and phases never import one another', () => {
  const wrong = FILES.flatMap((file) =>
    own(file)
      .filter((path) => placeOf(path) !== placeOf(file.path) && heightOf(path) >= heightOf(file.path))
      .map((path) => `${file.path} imports ${path}`),
  );
  assert.deepEqual(wrong, []);
});

/** Packages that only compute, and where they are used. Everything else belongs to the adapters. */
const PURE: Readonly<Record<string, readonly string[]>> = {
  'node:path': ['*'],
  'node:util': ['*'],
  yaml: ['inputs', 'kube', 'render', 'diff'],
  'yaml/util': ['render'],
  'fastest-levenshtein': ['values', 'render'],
  '@kubernetes/client-node/dist/config_types.js': ['kube'],
  '@sigstore/bundle': ['tools'],
  '@sigstore/protobuf-specs': ['tools'],
  '@sigstore/verify': ['tools'],
  mdast: ['report'],
  'mdast-util-gfm-table': ['report'],
  'mdast-util-to-markdown': ['report'],
};

test('only the adapters use @actions/* and the effects of Node; the others use packages that compute', () => {
  const wrong = FILES.filter((file) => !isOutside(file)).flatMap((file) =>
    foreign(file)
      .filter((name) => !(PURE[name] ?? []).some((place) => place === '*' || place === placeOf(file.path)))
      .map((name) => `${file.path} imports ${name}`),
  );
  assert.deepEqual(wrong, []);
});

const EFFECTS = [
  /\bprocess\s*[.[]/,
  /\bglobalThis\b/,
  /\bfetch\s*\(/,
  /\bset(Timeout|Interval|Immediate)\b/,
  /\bclear(Timeout|Interval|Immediate)\b/,
  /\bDate\s*\.\s*now\b/,
  /\bnew\s+Date\s*\(\s*\)/,
  /\bMath\s*\.\s*random\b/,
  /\bperformance\b/,
  /\bcrypto\b/,
  /\bconsole\b/,
  /\bAbortSignal\s*\.\s*timeout\b/,
];

test('only the adapters read the environment, the time and chance, print, or wait', () => {
  const wrong = FILES.filter((file) => !isOutside(file)).flatMap((file) =>
    EFFECTS.filter((effect) => effect.test(file.code)).map((effect) => `${file.path} has ${effect.source}`),
  );
  assert.deepEqual(wrong, []);
});

test('the environment is read by few adapters', () => {
  const readers = FILES.filter(
    ({ code, text }) => /\bprocess\s*\.\s*env\b/.test(code) || /\benv\b[^;]*from 'node:process'/.test(text),
  );
  assert.deepEqual(
    readers.map(({ path }) => path),
    [
      'adapters/actions.ts',
      'adapters/exec.ts',
      'adapters/private-folder.ts',
      'adapters/runner.ts',
      'adapters/tool-cache.ts',
    ],
  );
});

test('the adapters decide nothing: no phase imports them', () => {
  const importers = FILES.filter(
    (file) => own(file).some((path) => placeOf(path) === 'adapters') && placeOf(file.path) !== 'adapters',
  );
  assert.deepEqual(
    importers.map(({ path }) => path),
    ['index.ts', 'post.ts', 'runtime.ts'],
  );
});

const LINE_LIMIT = 150;

test(`no file is longer than ${LINE_LIMIT} lines`, () => {
  const long = FILES.filter(({ text }) => text.split('\n').length - 1 > LINE_LIMIT).map(({ path }) => path);
  assert.deepEqual(long, []);
});

test('every sentence for the user that names a section of a document names a document of ours', () => {
  const named = FILES.flatMap(({ text }) => [...text.matchAll(/\bdocs\/([\w-]+\.md)/g)].map(([, name]) => name));
  assert.deepEqual([...new Set(named)], ['failures.md']);
});
