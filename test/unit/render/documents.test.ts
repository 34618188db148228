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

test('JSON with something filled in is written as YAML that does not start with {', async () => {
  const text = '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a/\\u00e9\\/${V}"}}';
  const manifest = await renderOne(text, { V: 'b' });
  assert.equal(manifest.object.metadata.name, 'a/é/b');
  assert.equal(manifest.toText(), '"apiVersion": "v1"\n"kind": "Pod"\n"metadata": { "name": "a/é/b" }\n');
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
items: []
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

function crlf(text: string): string {
  return text.replaceAll('\n', '\r\n');
}

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

/** Each of these files holds one object; the text is what must come out of it. */
const UNTOUCHED: readonly (readonly [says: string, file: string, text: string])[] = [
  ['a file with comments and odd spaces', COMMENTED, COMMENTED],
  ['CRLF', crlf(COMMENTED), crlf(COMMENTED)],
  ["the byte order mark is the file's and is left out", `\uFEFF${thing()}`, thing()],
  ['an empty line after the byte order mark', `\uFEFF\n${thing()}`, `\n${thing()}`],
  ['no newline at the end', thing('a: 1').trimEnd(), thing('a: 1').trimEnd()],
  ['empty lines and comments around', `\n# a\n\n${thing()}\n# b\n\n`, `\n# a\n\n${thing()}\n# b\n\n`],
  ['between ---', `# file\n---\n# a\n${thing()}# b\n---\n# c\n`, `# a\n${thing()}# b\n`],
  ['between --- with CRLF', `---  \r\n${crlf(thing())}---\r\n`, crlf(thing())],
  ['a comment beside ---', `--- # a\n${thing()}`, ` # a\n${thing()}`],
  [
    'an object beside ---',
    '--- {apiVersion: v1, kind: A, metadata: {name: a}}',
    ' {apiVersion: v1, kind: A, metadata: {name: a}}',
  ],
  ['... at the end', `${thing()}...\n# after\n`, thing()],
  ['after ...', `# before\n---\n...\n${thing()}`, thing()],
  ['a directive before it', `%YAML 1.1\n---\n${thing('a: yes')}`, thing('a: yes')],
  [
    'JSON',
    '{"apiVersion": "v1",\n\t"kind": "A", "metadata": {"name": "a\\/b"} }\n',
    '{"apiVersion": "v1",\n\t"kind": "A", "metadata": {"name": "a\\/b"} }\n',
  ],
  ['an anchor that nobody refers to', thing('a: &a [1,2]'), thing('a: &a [1,2]')],
  ['variables that are not listed', thing('a:   "${B} $${C}"'), thing('a:   "${B} $${C}"')],
  ['a merge key in quotes', thing('a: {"<<": 1}'), thing('a: {"<<": 1}')],
];

for (const [says, file, text] of UNTOUCHED) {
  test(`an object that nothing is changed in keeps its bytes: ${says}`, async () => {
    assert.equal((await renderOne(file)).toText(), text);
  });
}

const TOUCHED: readonly (readonly [says: string, text: string, written: string])[] = [
  ['a variable', 'a:   ${A}', 'a: one\n'],
  ['two dollars', 'a:   "$${A}"', 'a: "${A}"\n'],
  ['an alias', 'a:   &a 1\nb:   *a', 'a: 1\nb: 1\n'],
  ['a merge key', 'a:   {<<: {b: 1}}', 'a: { b: 1 }\n'],
];

for (const [says, text, written] of TOUCHED) {
  test(`an object with ${says} is written anew`, async () => {
    const manifest = await renderOne(thing(text), { A: 'one' });
    assert.equal(manifest.toText(), `${thing()}${written}`);
  });
}

test('an object is itself again when a variable is what was written anyway', async () => {
  assert.equal((await renderOne(thing('a:   "${A}"'), { A: '${A}' })).toText(), thing('a:   "${A}"'));
});

test('an edit keeps comments, quotes and order, and leaves the manifest it came from alone', async () => {
  const manifest = await renderOne(COMMENTED);
  // The lists and maps in one line get their spaces from the library.
  const before = COMMENTED.replace('[--port, "8080"]', '[ --port, "8080" ]').replace(
    '{name: side, image: proxy:1}',
    '{ name: side, image: proxy:1 }',
  );
  const edited = manifest.edited([
    { path: ['spec', 'template', 'spec', 'containers', 0, 'image'], value: 'shop/server:1' },
    { path: ['spec', 'template', 'metadata', 'annotations', 'example.com/at'], value: 'now' },
    { path: ['spec', 'replicas'], value: 4 },
  ]);
  assert.equal(manifest.toText(), COMMENTED);
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

function nested(inner: string, levels: number): string {
  return `${'['.repeat(levels)}${inner}${']'.repeat(levels)}`;
}

const REFUSED: readonly (readonly [says: string, text: string, problem: string, hint?: RegExp])[] = [
  ['a tab as indentation', thing('a:', '\tb: 1'), 'a.yaml:6: tabs are not allowed as indentation'],
  ['a second object without ---', `${thing()}{}`, 'a.yaml:5: implicit map keys need to be followed by map values'],
  [
    'a variable without quotes in [ ]',
    thing('a: [${A}]'),
    'a.yaml:5: missing , or : between flow sequence items',
    /quotes/,
  ],
  ['a Helm template', thing('a: {{ .Values.a }}'), 'a.yaml:5: a list or a map cannot be a key', /Helm chart/],
  ['a key twice', thing('a: 1', 'b: 2', 'a: 3'), 'a.yaml:7: the key "a" is already there in line 5'],
  ['an empty key', thing('a:', '  ~: 1'), 'a.yaml:6: the key is empty'],
  ['infinity', thing('a: .inf'), 'a.yaml:5: the number is infinite or no number at all'],
  ['an unknown alias', thing('a: *b'), 'a.yaml:5: the alias *b has no anchor &b before it'],
  ['an anchor in itself', thing('a: &b [*b]'), 'a.yaml:5: the alias *b has no anchor &b before it'],
  ['a merge of text', thing('a:', '  <<: b'), 'a.yaml:6: the merge key << needs a map, or a list of maps'],
  [
    'an alias for a key that is there',
    thing('a: {b: &b c, c: 1, *b : 2}'),
    'a.yaml:5: the key "c" is already there in line 5',
  ],
  [
    'bytes that are no UTF-8',
    Buffer.from(thing('a: \u00e9'), 'latin1').toString(),
    'a.yaml:5: there are bytes here that are no UTF-8 text',
  ],
  [
    'UTF-16',
    Buffer.from(`\uFEFF${thing()}`, 'utf16le').toString(),
    'a.yaml:1: there are bytes here that are no UTF-8 text',
    /Save/,
  ],
  ['NUL', thing('a: b\0'), 'a.yaml:5: the character U+0000 is not allowed in YAML'],
  ['a control character in a comment', thing('# \u001b[2J'), 'a.yaml:5: the character U+001B is not allowed in YAML'],
  [
    'half a character',
    thing('a: "\\ud800"'),
    'a.yaml:5: the text has half a character (a lone surrogate), which cannot be kept',
  ],
  [
    'half a character in a key',
    thing('a: {"\\udc00": 1}'),
    'a.yaml:5: the text has half a character (a lone surrogate), which cannot be kept',
  ],
  [
    'a carriage return alone, which hides a key',
    `${thing()}# a\rb: 1\n`,
    'a.yaml:5: there is a carriage return without a line feed',
  ],
  ['two byte order marks', `\uFEFF\uFEFF${thing()}`, 'a.yaml:1: there is a byte order mark at the start of the line'],
  [
    'a byte order mark where files were joined',
    `${thing()}\uFEFF---\n${thing()}`,
    'a.yaml:5: there is a byte order mark at the start of the line',
  ],
  [
    'a tag for bytes',
    thing('a: !!binary aGk='),
    'a.yaml:5: the tag !!binary is not known, or not for this value',
    /binaryData/,
  ],
  ['a tag for a set', thing('a: !!set {b, c}'), 'a.yaml:5: the tag !!set is not known, or not for this value'],
  [
    'a tag for a time',
    thing('a: !!timestamp 2001-01-01'),
    'a.yaml:5: the tag !!timestamp is not known, or not for this value',
  ],
  ['a tag of somebody', thing('a:', '  - !Ref b'), 'a.yaml:6: the tag !Ref is not known, or not for this value'],
  ['a tag that does not fit', thing('a: !!int ten'), 'a.yaml:5: the tag !!int is not known, or not for this value'],
  ['another version of YAML', `%YAML 3.0\n---\n${thing()}`, 'a.yaml:1: unsupported YAML version 3.0'],
  ['a directive without a document', '%a: 1\n', 'a.yaml:1: there is no document after this directive', /quotes/],
  [
    'a list in a list in a list …',
    thing(`a: ${'['.repeat(100_000)}`),
    'a.yaml:5: lists and maps are nested more than 500 deep',
  ],
  [
    'a map in a map in a map …',
    thing(...Array.from({ length: 501 }, (_, level) => `${' '.repeat(level)}a:`)),
    'a.yaml:504: lists and maps are nested more than 500 deep',
  ],
  [
    'aliases that nest',
    thing(`a: &a ${nested('b', 300)}`, `c: ${nested('*a', 300)}`),
    'a.yaml:6: lists and maps are nested more than 500 deep',
  ],
  ['a List of a map', 'kind: List\napiVersion: v1\nitems: {a: 1}\n', 'a.yaml:3: the items of a List have to be a list'],
  ['a List without items', 'kind: List\n', 'a.yaml:1: the List has no items'],
  ['a List with something beside its items', 'kind: List\nitem: []\n', 'a.yaml:2: a List has items, and no field item'],
  ['an empty item of a List', 'kind: List\nitems:\n-\n', 'a.yaml:3: this item of the list is empty'],
  [
    'an object with items, which kubectl takes for a list',
    thing('items: [a]'),
    'a.yaml:5: an object of kind Thing cannot have a field items beside its spec',
  ],
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
    /is called kustomization\.yaml/,
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

test('500 levels are read', async () => {
  const text = thing(`a: ${nested('1', 498)}`);
  assert.equal((await renderOne(text)).toText(), text);
});

test('what is wrong with one document does not hide the others', async () => {
  const texts = [thing('a: !x 1'), thing(`a: ${nested('', 600)}`), thing('a: [')];
  const refusal = await refusalOf(() => render({ 'a.yaml': texts.join('---\n') }));
  assert.deepEqual(
    refusal.lines.map((line) => line.split(':').slice(0, 2).join(':')),
    ['a.yaml:5', 'a.yaml:11', 'a.yaml:18'],
  );
});

test('a key of the language itself is a key like any other', async () => {
  const { object } = await renderOne(thing('data: {__proto__: {a: 1}, constructor: b, toString: c}'));
  assert.equal(JSON.stringify(object['data']), '{"__proto__":{"a":1},"constructor":"b","toString":"c"}');
});

test('the two halves of a character, as JSON writes them, are that character', async () => {
  assert.equal((await renderOne(thing('a: "\\ud83d\\ude80"'))).object['a'], '🚀');
});
