import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf, render, thing } from './rendering.ts';

const named = (name: string): string => thing().replace('name: a', `name: ${name}`);
const versioned = (apiVersion: string): string =>
  `apiVersion: ${apiVersion}\nkind: A\nmetadata: {name: a, namespace: shop}\n`;
const placed = (namespace: string): string => `apiVersion: v1\nkind: A\nmetadata: {name: a, namespace: ${namespace}}\n`;

test('objects come in the order of files and documents', async () => {
  const { manifests } = await render({ 'b.yaml': named('b'), 'a.yaml': `${named('a1')}---\n${named('a2')}` });
  assert.deepEqual(
    manifests.map(({ file, object }) => `${file} ${object.metadata.name}`),
    ['b.yaml b', 'a.yaml a1', 'a.yaml a2'],
  );
});

test('everything that is wrong in any file is told at once, and the first decides the reason', async () => {
  const sources = {
    'a.yaml': thing('a: ${A}', '---', 'a: [', '---', 'kind: X'),
    'b.yaml': thing('b: "${A}"'),
    'c.yaml': thing('c: 1'),
    'd.yaml': thing('d: 1'),
  };
  const refusal = await refusalOf(() => render(sources, { A: undefined }, ['gone.yaml', ...Object.keys(sources)]));
  assert.equal(refusal.code, 'manifest-not-found');
  assert.deepEqual(
    refusal.lines.map((line) => line.split(' ').slice(0, 4).join(' ')),
    [
      '"gone.yaml" of the input',
      'a.yaml:5: the variable A',
      'a.yaml:8: flow sequence in',
      'a.yaml:9: the object has',
      'b.yaml:5: the variable A',
      'd.yaml:1: Thing/a is already',
    ],
  );
});

const TWICE: readonly (readonly [says: string, first: string, second: string, refused: boolean])[] = [
  ['another version of the group', 'apps/v1', 'apps/v1beta1', true],
  ['another group', 'apps/v1', 'extensions/v1', false],
];

for (const [says, first, second, refused] of TWICE) {
  test(`the same kind and name in ${says} is ${refused ? 'refused' : 'fine'}`, async () => {
    const sources = { 'k8s/one.yaml': versioned(first), 'k8s/two.yaml': `# x\n${versioned(second)}` };
    if (refused) {
      assert.deepEqual((await refusalOf(() => render(sources))).lines, [
        'k8s/two.yaml:2: A/a in shop is already in k8s/one.yaml:1',
      ]);
    } else {
      assert.equal((await render(sources)).manifests.length, 2);
    }
  });
}

test('the same name in two namespaces is fine', async () => {
  assert.equal((await render({ 'a.yaml': `${placed('one')}---\n${placed('two')}` })).manifests.length, 2);
});
