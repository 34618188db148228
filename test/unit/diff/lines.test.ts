import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { hunks } from '../../../src/diff/hunks.ts';
import { lineEdits } from '../../../src/diff/line-edits.ts';
import { diffObject } from '../../../src/diff/object-diff.ts';
import { yamlLines } from '../../../src/diff/yaml-lines.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { DEPLOYMENT, deployment, subjectOf } from './subjects.ts';

const yamlOf = (object: JsonObject): string =>
  yamlLines(object)
    .map(({ text }) => text)
    .join('\n');

test('an object is written with sorted keys, in blocks, with long texts line by line', () => {
  const object = {
    spec: { b: [], a: {}, list: [{ name: 'x', args: ['--a=b', '1'] }, [1, [true, null]]] },
    data: { text: 'one\n\n  two\n', open: 'a\nb', more: 'a\n\n', blank: '  a\nb', odd: 'a\r\nb' },
  };
  assert.equal(
    yamlOf(object),
    [
      'data:',
      '  blank: |2-',
      '      a',
      '    b',
      '  more: |+',
      '    a',
      '',
      String.raw`  odd: "a\r\nb"`,
      '  open: |-',
      '    a',
      '    b',
      '  text: |',
      '    one',
      '',
      '      two',
      'spec:',
      '  a: {}',
      '  b: []',
      '  list:',
      '  - args:',
      '    - --a=b',
      '    - "1"',
      '    name: x',
      '  - - 1',
      '    - - true',
      '      - null',
    ].join('\n'),
  );
  assert.deepEqual(parse(`${yamlOf(object)}\n`), object);
});

for (const text of [
  '',
  ' ',
  'a',
  '1',
  '0x1',
  '1e3',
  '.5',
  '-1',
  '1_0',
  '1:30',
  '-',
  '- a',
  '-a',
  '---',
  'a: b',
  'a:',
  ':a',
  'a #b',
  '#a',
  'true',
  'No',
  'y',
  'null',
  '~',
  '[a',
  '{a',
  '}',
  '*a',
  '&a',
  '!a',
  '|',
  '>',
  "'a",
  '"a',
  '%a',
  '@a',
  '`a',
  '?',
  '? a',
  'a ',
  ' a',
  '10.0.0.1',
  '100m',
  '1Gi',
  '2026-01-02',
  'a\tb',
  'a\n',
  '\n',
  '\n\n',
  'a\u001B[31m',
  '\u202Eabc',
  'a\u2028b',
  '\uFEFF',
  'é',
  '=',
  '<<',
  'a,b',
  'v1.2.3',
  '1.2.3',
  '::error::x',
]) {
  test(`a text reads back as it is: ${JSON.stringify(text)}`, () => {
    const written = yamlOf({ a: text, list: [text], [`k${text}`]: 1 });
    // Kubernetes reads YAML 1.1, where "No" is no text, and 1.2 has it easier.
    for (const version of ['1.1', '1.2'] as const) {
      const expected = { a: text, list: [text], [`k${text}`]: 1 };
      assert.deepEqual(parse(`${written}\n`, { version }), expected, written);
    }
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(written, /[\u0000-\u0008\u000B-\u001F\u202E\u2028\uFEFF]/);
  });
}

const lines = (before: JsonObject, after: JsonObject): readonly string[] =>
  diffObject(subjectOf(before, after, DEPLOYMENT)).lines.map(({ mark, text }) => `${mark} ${text}`);

const container = (image: string): JsonObject => ({ name: 'app', args: ['1', '2', '3', '4', '5'], image });

test('a part begins with its path and has three lines around what differs', () => {
  assert.deepEqual(lines(deployment([container('app:1')]), deployment([container('app:2')])), [
    '@ spec.template.spec.containers[app]',
    '          - "3"',
    '          - "4"',
    '          - "5"',
    '-         image: app:1',
    '+         image: app:2',
    '          name: app',
  ]);
});

const textWith = (line: string): string => ['a', 'b', 'c', 'd', line, 'e', 'f', 'g', 'h'].join('\n');

test('what is far apart are two parts, a text of many lines is compared line by line', () => {
  assert.deepEqual(
    lines({ data: { 'x.conf': textWith('old') }, type: 'A' }, { data: { 'x.conf': textWith('new') }, type: 'B' }),
    [
      '@ data.x.conf',
      '      b',
      '      c',
      '      d',
      '-     old',
      '+     new',
      '      e',
      '      f',
      '      g',
      '@ the object itself',
      '  metadata:',
      '    name: server',
      '    namespace: shop',
      '- type: A',
      '+ type: B',
    ],
  );
});

/** What the edits make of the old text, and what they say was there. */
function applied(before: readonly string[], after: readonly string[]): readonly (readonly (string | undefined)[])[] {
  const edits = lineEdits(before, after);
  return [
    edits.filter(({ mark }) => mark !== '-').map(({ index }) => after[index]),
    edits.flatMap(({ mark, index }, at) => {
      const gone = edits.slice(0, at).filter((edit) => edit.mark !== '+').length;
      return mark === '+' ? [] : [mark === '-' ? before[index] : before[gone]];
    }),
  ];
}

test('the edits lead from any text to any other, in the fewest steps, and what goes is before what comes', () => {
  const texts = [0, 1, 2, 3, 4].flatMap((length) =>
    Array.from({ length: 3 ** length }, (_, number) =>
      number.toString(3).padStart(length, '0').split('').slice(0, length),
    ),
  );
  for (const before of texts) {
    for (const after of texts) {
      assert.deepEqual(applied(before, after), [after, before]);
      const changes = lineEdits(before, after).filter(({ mark }) => mark !== ' ').length;
      assert.equal(
        changes,
        before.length + after.length - 2 * commonLength(before, after),
        `${before.join('')} → ${after.join('')}`,
      );
    }
  }
});

/** The length of the longest common subsequence, as its definition has it. */
function commonLength([a, ...as]: readonly string[], [b, ...bs]: readonly string[]): number {
  if (a === undefined || b === undefined) {
    return 0;
  }
  return a === b ? 1 + commonLength(as, bs) : Math.max(commonLength(as, [b, ...bs]), commonLength([a, ...as], bs));
}

/** Two of them have three lines in common, one of them in the middle. */
const manyLines = (word: string): readonly string[] => {
  const half = (name: string): readonly string[] => Array.from({ length: 600 }, (_, at) => `${word} ${name} ${at}`);
  return ['same', ...half('first'), 'common', ...half('second'), 'end'];
};

test('texts with thousands of differences are told as one text instead of another', () => {
  const marks = lineEdits(manyLines('a'), manyLines('b')).map(({ mark }) => mark);
  assert.equal(marks.join(''), ` ${'-'.repeat(1201)}${'+'.repeat(1201)} `);
});

test('a few lines among thousands are found', () => {
  const before = Array.from({ length: 20_000 }, (_, at) => ({ text: `line ${at}`, path: 'data.x' }));
  const after = before.toSpliced(15_000, 1).toSpliced(10, 0, { text: 'new', path: 'data.x' });
  assert.deepEqual(
    hunks(before, after)
      .filter(({ mark }) => mark !== ' ')
      .map(({ mark, text }) => `${mark} ${text}`),
    ['@ data.x', '+ new', '@ data.x', '- line 15000'],
  );
});
