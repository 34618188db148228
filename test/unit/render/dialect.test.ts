import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolvePlain } from '../../../src/render/plain-scalars.ts';
import { renderOne, thing } from './rendering.ts';

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
  '12345678901234567890': Number('12345678901234567890'),
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

test('YAML: numbers are written as they were, with all their digits', async () => {
  const text = thing('mode: 0755', 'big: 9007199254740993', 'ratio: 1.50', 'on: yes');
  assert.equal((await renderOne(text)).toText(), text);
});

const MISREAD_BY_KUBECTL: readonly (readonly [says: string, lines: readonly string[], written: string])[] = [
  ['a block that starts with a tab', ['a: |', '  ${V}'], 'a: "\\ttab\\n"\n'],
  ['a block of spaces', ['a: |', '  ${SPACE}'], 'a: " \\n"\n'],
  ['an empty value in { }', ['a: {e: , f: }'], 'a: { e: null, f: null }\n'],
];

for (const [says, lines, written] of MISREAD_BY_KUBECTL) {
  test(`YAML: ${says} is written in a way that kubectl reads`, async () => {
    const text = (await renderOne(thing(...lines), { V: '\ttab', SPACE: ' ' })).toText();
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
