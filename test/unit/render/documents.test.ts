import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf, render, renderOne, thing } from './rendering.ts';

const THREE = `# the first
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
---
# nothing here
---
null
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: two
---
{
	"apiVersion": "v1",
	"kind": "ConfigMap",
	"metadata": {"name": "three"}
}
`;

test('a file of several documents: the empty ones are skipped, and lines are those of the file', async () => {
  const { manifests } = await render({ 'k8s/all.yaml': THREE });
  assert.deepEqual(
    manifests.map(({ object, lineOf }) => [object.metadata.name, lineOf(['kind']), lineOf(['metadata', 'name'])]),
    [
      ['one', 3, 4],
      ['two', 11, 13],
      ['three', 17, 18],
    ],
  );
});

test('a file without any object gives none', async () => {
  assert.deepEqual((await render({ 'a.yaml': '', 'b.yaml': '# only this\n---\n---\n' })).manifests, []);
});

test('JSON is written as YAML that does not start with {', async () => {
  const manifest = await renderOne('{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a/\\u00e9\\/"}}');
  assert.equal(manifest.object.metadata.name, 'a/é/');
  assert.equal(manifest.toText(), '"apiVersion": "v1"\n"kind": "Pod"\n"metadata": { "name": "a/é/" }\n');
});

test('a List is its items, at their lines', async () => {
  const { manifests } = await render({
    'list.yaml': `apiVersion: v1
kind: List
items:
  # the first
  - apiVersion: v1
    kind: Service
    metadata: &meta
      name: one
  - kind: List
    apiVersion: v1
    items:
      - apiVersion: v1
        kind: ConfigMap
        metadata: *meta
---
apiVersion: v1
kind: List
`,
  });
  assert.deepEqual(
    manifests.map(({ object, lineOf }) => [object.kind, object.metadata.name, lineOf(['kind'])]),
    [
      ['Service', 'one', 6],
      ['ConfigMap', 'one', 13],
    ],
  );
  assert.equal(manifests[1]?.toText(), 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n');
});

const COMMENTED = `# who owns this
apiVersion: apps/v1 # stable
kind: Deployment

metadata:
  name: server
  annotations:
    long: ${'a long text that nobody may fold '.repeat(8)}end
spec:
  # how many
  replicas: 3
  template:
    spec:
      containers:
        - name: server
          image: "shop/server:dev" # built here
          args: [--port, "8080"]
        - {name: side, image: proxy:1}
`;

test('what is not edited comes out as it was written', async () => {
  const text = (await renderOne(COMMENTED)).toText();
  assert.equal(
    text,
    COMMENTED.replace('[--port, "8080"]', '[ --port, "8080" ]').replace(
      '{name: side, image: proxy:1}',
      '{ name: side, image: proxy:1 }',
    ),
  );
});

test('an edit keeps comments, quotes and order, and leaves the manifest it came from alone', async () => {
  const manifest = await renderOne(COMMENTED);
  const before = manifest.toText();
  const edited = manifest.edited([
    { path: ['spec', 'template', 'spec', 'containers', 0, 'image'], value: 'shop/server:1' },
    { path: ['spec', 'template', 'metadata', 'annotations', 'example.com/at'], value: 'now' },
    { path: ['spec', 'replicas'], value: 4 },
  ]);
  assert.equal(manifest.toText(), before);
  assert.equal(
    edited.toText(),
    before
      .replace('"shop/server:dev" # built here', '"shop/server:1" # built here')
      .replace('replicas: 3', 'replicas: 4')
      .concat('    metadata:\n      annotations:\n        example.com/at: now\n'),
  );
  assert.equal(edited.object['spec'] !== manifest.object['spec'], true);
  assert.equal(edited.lineOf(['spec', 'template', 'spec', 'containers', 0, 'image']), 16);
});

const LINES: readonly (readonly [path: readonly (string | number)[], line: number])[] = [
  [[], 2],
  [['spec', 'replicas'], 11],
  [['spec', 'template', 'spec', 'containers', 1], 18],
  [['spec', 'template', 'spec', 'containers', 0, 'env', 3, 'name'], 15],
  [['spec', 'template', 'spec', 'volumes'], 13],
  [['status', 'nowhere'], 2],
];

for (const [path, line] of LINES) {
  test(`the line of ${path.join('.') || 'the object'} is ${line}`, async () => {
    assert.equal((await renderOne(COMMENTED)).lineOf(path), line);
  });
}

test('CRLF and a byte order mark are read like any text', async () => {
  const manifest = await renderOne(`\uFEFF${thing('text: |', '  one', '  two').replaceAll('\n', '\r\n')}`);
  assert.equal(manifest.object['text'], 'one\ntwo\n');
  assert.equal(manifest.lineOf(['text']), 5);
});

test('aliases and merge keys become what they stand for, as kubectl reads them', async () => {
  const manifest = await renderOne(
    thing(
      'base: &base {a: 1, b: 2}',
      'over: {<<: *base, b: 3}',
      'under: {b: 3, <<: *base}',
      'list: {<<: [{a: 1}, {a: 2, c: 3}]}',
      'image: &image app:1',
      'again: *image # same',
    ),
  );
  assert.deepEqual(
    ['over', 'under', 'list', 'again'].map((key) => manifest.object[key]),
    [{ a: 1, b: 3 }, { b: 2, a: 1 }, { a: 1, c: 3 }, 'app:1'],
  );
  const edited = manifest.edited([
    { path: ['image'], value: 'app:2' },
    { path: ['over', 'a'], value: 9 },
  ]);
  assert.deepEqual([edited.object['image'], edited.object['again']], ['app:2', 'app:1']);
  assert.deepEqual(
    [edited.object['over'], edited.object['base']],
    [
      { a: 9, b: 3 },
      { a: 1, b: 2 },
    ],
  );
  assert.match(edited.toText(), /again: app:1 # same\n/);
});

const REFUSED: readonly (readonly [says: string, text: string, problem: string, hint?: RegExp])[] = [
  ['a tab as indentation', thing('a:', '\tb: 1'), 'a.yaml:6: tabs are not allowed as indentation'],
  ['a second object without ---', `${thing()}{}`, 'a.yaml:5: implicit map keys need to be followed by map values'],
  [
    'a variable without quotes in [ ]',
    thing('a: [${A}]'),
    'a.yaml:5: missing , or : between flow sequence items',
    /quotes/,
  ],
  ['a Helm template', thing('a: {{ .Values.a }}'), 'a.yaml:5: a list or a map cannot be a key', /helm template/],
  ['a key twice', thing('a: 1', 'b: 2', 'a: 3'), 'a.yaml:7: the key "a" is already there in line 5'],
  ['an empty key', thing('a:', '  ~: 1'), 'a.yaml:6: the key is empty'],
  ['infinity', thing('a: .inf'), 'a.yaml:5: the number is infinite or no number at all'],
  ['an unknown alias', thing('a: *b'), 'a.yaml:5: the alias *b has no anchor &b before it'],
  ['an anchor in itself', thing('a: &b [*b]'), 'a.yaml:5: the alias *b has no anchor &b before it'],
  ['a merge of text', thing('a:', '  <<: b'), 'a.yaml:6: the merge key << needs a map, or a list of maps'],
  ['text that is no object', 'hello\n', 'a.yaml:1: a Kubernetes object is expected here, and this is text'],
  ['a list', '- a\n', 'a.yaml:1: a Kubernetes object is expected here, and this is a list'],
  ['no kind and no name', '# x\napiVersion: v1\nmetadata: {}\n', 'a.yaml:2: the object has no kind, no metadata.name'],
  [
    'a number as name',
    'apiVersion: v1\nkind: A\nmetadata:\n  name: 12\n',
    'a.yaml:4: metadata.name is the number 12, not text',
    /quotes/,
  ],
  [
    'generateName',
    'apiVersion: v1\nkind: A\nmetadata: {generateName: a-}\n',
    'a.yaml:1: the object has no metadata.name',
    /^generateName/,
  ],
  [
    'a kustomization',
    'kind: Kustomization\nresources: []\n',
    'a.yaml:1: the object has no apiVersion, no metadata.name',
    /kubectl kustomize/,
  ],
  [
    'an item of a List without a name',
    'kind: List\nitems:\n- apiVersion: v1\n  kind: A\n',
    'a.yaml:3: the object has no metadata.name',
  ],
];

for (const [says, text, problem, hint] of REFUSED) {
  test(`${says} is refused where it is`, async () => {
    const refusal = await refusalOf(() => render({ 'a.yaml': text }));
    assert.equal(refusal.code, 'manifest-invalid');
    assert.deepEqual(
      refusal.lines.map((line) => line.toLowerCase()),
      [problem.toLowerCase()],
    );
    assert.match(refusal.hints.join('\n'), hint ?? /^/);
  });
}

test('aliases that explode are refused', async () => {
  const levels = Array.from({ length: 20 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}]`);
  const refusal = await refusalOf(() => render({ 'a.yaml': thing('a0: &a0 [x, y]', ...levels) }));
  assert.match(refusal.lines.join(), /a\.yaml:\d+: the aliases stand for more than 50000 values/);
});
