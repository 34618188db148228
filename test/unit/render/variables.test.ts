import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf, render, renderOne, thing, type Vars } from './rendering.ts';

const VARS: Vars = { A: 'one', N: '3', YES: 'yes', EMPTY: '', UNSET: undefined, REF: '${A}' };

const VALUES: readonly (readonly [says: string, written: string, value: unknown])[] = [
  ['a listed name is replaced', 'x-${A}-${A}', 'x-one-one'],
  ['a plain number is a number', '${N}', 3],
  ['a plain number of two variables is one too', '${N}${N}', 33],
  ['a plain yes is true', '${YES}', true],
  ['a number in double quotes stays text', '"${N}"', '3'],
  ['a number in single quotes stays text', "'${N}'", '3'],
  ['an unset variable takes its default', '${UNSET:-d}', 'd'],
  ['an empty variable takes its default', '"${EMPTY:-d:e f}"', 'd:e f'],
  ['a default may be empty', '"<${UNSET:-}>"', '<>'],
  ['a default gets its type', '${UNSET:-5}', 5],
  ['a set variable ignores its default', '${A:-d}', 'one'],
  ['two dollars are the text itself', '"$${A} $${UNSET} ${A}"', '${A} ${UNSET} one'],
  ['what a variable holds is not looked at again', '"${REF}"', '${A}'],
  ['a name without braces is left alone', '$A $uri', '$A $uri'],
  ['a name that is not listed is left alone', '"${host} $${host} ${B:-x} ${B}"', '${host} $${host} ${B:-x} ${B}'],
  ['other forms of the shell are left alone', '"${A:0:5} ${A-x} ${A^^} $(A) ${}"', '${A:0:5} ${A-x} ${A^^} $(A) ${}'],
];

for (const [says, written, value] of VALUES) {
  test(`variables: ${says}`, async () => {
    const manifest = await renderOne(thing(`value: ${written}`), VARS);
    assert.deepEqual(manifest.object['value'], value);
    assert.deepEqual((await renderOne(manifest.toText())).object['value'], value);
  });
}

const WILD: readonly string[] = [
  'a: b',
  'a #b',
  '# b',
  `it's "both"`,
  'two\nlines',
  'end\n\n',
  '\n  start',
  ' spaces ',
  '\ttab\t',
  '\t\n\ttab',
  ' ',
  '- item',
  '{a: 1}',
  '[a]',
  '*alias',
  '&anchor',
  '!tag',
  '%x',
  '---\na: 1\n---',
  '@',
  '`',
  '|',
  'back\\slash \\n',
  'a\r\nb',
  '\u0000\u0007\u0085\u2028\uFEFF',
  'é 🚀',
  '-----BEGIN KEY-----\nabc=\n-----END KEY-----\n',
  '<<',
  '${A:-x}',
];

const PLACES: readonly (readonly [place: string, lines: readonly string[], read: (text: string) => unknown])[] = [
  ['plain', ['value: ${V} # kept'], (text) => text],
  ['plain, with text around', ['value: a ${V} b'], (text) => `a ${text} b`],
  ['in double quotes', ['value: "${V}"'], (text) => text],
  ['in single quotes', ["value: 'a${V}'"], (text) => `a${text}`],
  ['in a block', ['value: |', '  a', '  ${V}', '  b'], (text) => `a\n${text}\nb\n`],
  ['in a folded block', ['value: >-', '  a', '  ${V}'], (text) => `a ${text}`],
  ['in a flow list', ['value: ["${V}", x]'], (text) => [text, 'x']],
  ['as a key', ['value:', '  ${V}: 1', '  z: 2'], (text) => ({ [text]: 1, z: 2 })],
];

for (const [place, lines, read] of PLACES) {
  test(`variables: no value can break the YAML ${place}`, async () => {
    for (const value of WILD) {
      const manifest = await renderOne(thing(...lines, 'last: 1'), { V: value });
      assert.deepEqual(manifest.object['value'], read(value), JSON.stringify(value));
      const again = await renderOne(manifest.toText());
      assert.deepEqual(again.object, manifest.object, manifest.toText());
    }
  });
}

test('variables: comments are left alone', async () => {
  const text = thing('# ${UNSET}', 'value: ${A} # ${A}');
  assert.equal((await renderOne(text, VARS)).toText(), text.replace('value: ${A}', 'value: one'));
});

test('variables: an anchored value is filled in for all its aliases', async () => {
  const { object } = await renderOne(thing('a: &a ${N}', 'b: *a'), VARS);
  assert.deepEqual([object['a'], object['b']], [3, 3]);
});

const UNDEFINED = thing(
  'plain: ${UNSET}',
  'block: | # ${A}',
  '  first',
  '  ${A} and ${EMPTY}',
  '  $${UNSET} last ${UNSET}',
  'folded: >',
  '  a',
  '',
  '  ${UNSET}',
  'quoted: "one',
  '  two ${UNSET}"',
  '${UNSET}: key',
  'nested: "${A:-${N}}"',
);

test('variables: each one without a value is named with the line it stands in', async () => {
  const refusal = await refusalOf(() => render({ 'k8s/a.yaml': `# x\n---\n${UNDEFINED}`, 'b.yaml': UNDEFINED }, VARS));
  assert.equal(refusal.code, 'variable-undefined');
  assert.deepEqual(refusal.lines.slice(0, 7), [
    'k8s/a.yaml:7: the variable UNSET is not set',
    'k8s/a.yaml:10: the variable EMPTY is empty',
    'k8s/a.yaml:11: the variable UNSET is not set',
    'k8s/a.yaml:15: the variable UNSET is not set',
    'k8s/a.yaml:17: the variable UNSET is not set',
    'k8s/a.yaml:18: the variable UNSET is not set',
    'k8s/a.yaml:19: the default of ${A:-${N} holds another variable',
  ]);
  assert.equal(refusal.lines.length, 14);
  assert.equal(
    refusal.hints[0],
    'Set it in env: of the step, write ${UNSET:-default}, or write $${UNSET} for the text itself.',
  );
});

test('variables: keys that become the same are refused', async () => {
  const refusal = await refusalOf(() => render({ 'a.yaml': thing('${A}: 1', 'one: 2') }, VARS));
  assert.deepEqual(refusal.lines, ['a.yaml:6: the key "one" is already there in line 5']);
});

test('variables: those that no manifest mentions are told', async () => {
  const sources = { 'a.yaml': thing('a: ${A} $${UNSET} $N'), 'b.yaml': '# ${YES}\n' };
  const { unusedVars } = await render(sources, VARS);
  assert.deepEqual(unusedVars, ['N', 'YES', 'EMPTY', 'UNSET', 'REF']);
});
