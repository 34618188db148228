import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolvePlain } from '../../../src/render/plain-scalars.ts';
import { refusalOf, render, renderOne, thing } from './rendering.ts';

/** What `kubectl label --local -o json` of kubectl 1.34.4 made of each. */
const KUBECTL_READS: Readonly<Record<string, unknown>> = {
  y: true,
  Y: true,
  n: false,
  N: false,
  yes: true,
  Yes: true,
  NO: false,
  on: true,
  off: false,
  Off: false,
  TRUE: true,
  yEs: 'yEs',
  tRUE: 'tRUE',
  '~': null,
  null: null,
  Null: null,
  NuLL: 'NuLL',
  '': null,
  '0755': 493,
  '0o755': 493,
  '0O17': 15,
  '+0o17': 15,
  '0b101': 5,
  '0B11': 3,
  '-0b11': -3,
  '0b12': '0b12',
  '0o8': '0o8',
  '0x1F': 31,
  '-0x1F': -31,
  '0x1_F': 31,
  '0_x1F': 31,
  '0x': '0x',
  '08': 8,
  '0_8': 8,
  '00': 0,
  '-0': 0,
  '+0': 0,
  '+5': 5,
  '1_000': 1000,
  '1__0': 10,
  '-_5': -5,
  _5: '_5',
  '1e3': 1000,
  '+1e3': 1000,
  '1e_3': 1000,
  '1_e3': 1000,
  '1.e3': 1000,
  '1.5e+3': 1500,
  '.5': 0.5,
  '.5_0': 0.5,
  '._5': '._5',
  '+.5': 0.5,
  '.1e+2': 10,
  '1.': 1,
  '1.0': 1,
  '1e400': '1e400',
  e3: 'e3',
  '1.2.3': '1.2.3',
  '+': '+',
  '=': '=',
  '<<': '<<',
  '80:80': '80:80',
  '1:30': '1:30',
  '2001-01-01': '2001-01-01',
  '2001-12-14 21:59:43': '2001-12-14 21:59:43',
};

for (const [text, value] of Object.entries(KUBECTL_READS)) {
  test(`YAML: ${text === '' ? 'nothing' : text} without quotes is ${JSON.stringify(value)}, as for kubectl`, async () => {
    assert.deepEqual(resolvePlain(text), value);
    const { object } = await renderOne(thing(`value: ${text}`));
    assert.deepEqual(object['value'], value);
  });
}

test('YAML: keys are text, whatever they look like', async () => {
  const { object } = await renderOne(thing('data: {yes: 1, 0755: 2, 1.5: 3, "no": 4}'));
  assert.deepEqual(object['data'], { true: 1, 493: 2, 1.5: 3, no: 4 });
});

test('YAML: numbers are written as they were, also where something else was filled in', async () => {
  const text = thing('mode: 0755', 'big: 9007199254740992', 'ratio: 1.50', 'on: yes', 'a: ${A}');
  assert.equal((await renderOne(text, { A: 'x' })).toText(), text.replace('${A}', 'x'));
});

const KEPT: readonly string[] = [
  '9007199254740991',
  '9007199254740992',
  '-9007199254740992',
  '1_000_000',
  '0x1FFFFFFFFFFFFF',
  '0377777777777777777',
  '00000000000000000000000012',
  '1e21',
  '1000000000000000000000',
  '123e300',
  '0.1',
  '1.50',
  '100.000000000000000000000000',
  '0.30000000000000004',
  '3.141592653589793',
  '5e-324',
  '1_0.5_0e-1_0',
  '"12345678901234567890"',
  '!!str 12345678901234567890',
];

for (const number of KEPT) {
  test(`YAML: the number ${number} has no digit too many`, async () => {
    const text = thing(`value: ${number}`);
    assert.equal((await renderOne(text)).toText(), text);
  });
}

const TOO_LONG: readonly string[] = [
  '9007199254740993',
  '-9007199254740993',
  '1152921504606846976',
  '12345678901234567890',
  '18446744073709551615',
  '0x20000000000001',
  '0400000000000000001',
  '0b100000000000000000000000000000000000000000000000000001',
  '1_2345_6789_0123_4567_8901',
  '3.14159265358979323846',
  '0.1000000000000000055511151231257827',
  '1e-400',
  '!!float "1.00000000000000000001"',
];

for (const number of TOO_LONG) {
  test(`YAML: the number ${number}, which JSON would change, is refused where it is`, async () => {
    const { lines } = await refusalOf(() => render({ 'a.yaml': thing('a: 1', `value: ${number}`) }));
    const written = number.replace('!!float ', '');
    assert.deepEqual(lines, [
      `a.yaml:6: the number ${written} has more digits than can be kept; put it in quotes if it is text`,
    ]);
  });
}

test('YAML: a number as a key must keep its digits too', async () => {
  const { lines } = await refusalOf(() => render({ 'a.yaml': thing('a:', '  9007199254740993: b') }));
  assert.match(lines.join(), /^a\.yaml:6: the number 9007199254740993 has more digits/);
});

test('YAML: a number with too many digits out of a variable is refused, and not told', async () => {
  const { lines } = await refusalOf(() => render({ 'a.yaml': thing('a: ${ID}') }, { ID: '12345678901234567890' }));
  assert.deepEqual(lines, [
    'a.yaml:5: the number ${ID} has more digits than can be kept; put it in quotes if it is text',
  ]);
});

const MISREAD_BY_KUBECTL: readonly (readonly [says: string, lines: readonly string[], written: string])[] = [
  ['a block that starts with a tab', ['a: |', '  ${V}'], 'a: "\\ttab\\n"\n'],
  ['a block of nothing, with a comment', ['a: |- # why', '  ${UNSET:-}'], 'a: "" # why\n'],
  ['a character that YAML forbids', ['a: ${BELL}'], 'a: "\\u0007\\u007f\\ufffd"\n'],
  ['a block of spaces', ['a: |', '  ${SPACE}'], 'a: " \\n"\n'],
  ['an empty value in { }', ['a: {e: , f: , g: "${SPACE}"}'], 'a: { e: null, f: null, g: " " }\n'],
];

for (const [says, lines, written] of MISREAD_BY_KUBECTL) {
  test(`YAML: ${says} is written in a way that kubectl reads`, async () => {
    const text = (
      await renderOne(thing(...lines), { V: '\ttab', SPACE: ' ', UNSET: undefined, BELL: '\u0007\u007f\uFFFD' })
    ).toText();
    assert.equal(text.slice(text.indexOf('a: ', text.indexOf('name: a') + 7)), written);
  });
}

test('YAML: text that another reader takes for something else stays text', async () => {
  const manifest = await renderOne(thing('a: "yes"', "b: '0755'", 'c: "<<"'));
  const edited = manifest.edited([
    { path: ['d'], value: 'no' },
    { path: ['e'], value: '1e3' },
    { path: ['f'], value: 'n' },
  ]);
  assert.match(edited.toText(), /a: "yes"\nb: '0755'\nc: "<<"\nd: "no"\ne: "1e3"\nf: "n"\n$/);
});
