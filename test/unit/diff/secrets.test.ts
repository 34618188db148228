import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffObject, type ObjectDiff } from '../../../src/diff/object-diff.ts';
import type { DiffSubject, DiffVerb } from '../../../src/diff/subject.ts';
import { planEntry } from '../../../src/report/plan-entry.ts';
import { describePlan } from '../../../src/report/plan-fact.ts';
import { planLines } from '../../../src/report/plan-lines.ts';
import { planSections } from '../../../src/report/plan-sections.ts';
import { JOB_SUMMARY, renderPage } from '../../../src/report/page.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { subjectOf } from './subjects.ts';

const SECRET = { kind: 'Secret' } as const;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const linesOf = (diff: ObjectDiff): string => diff.lines.map(({ mark, text }) => `${mark} ${text}`).join('\n');
const shown = (value: string): string =>
  JSON.stringify(diffObject(subjectOf({ data: { a: 'x' } }, { data: { a: value } }, SECRET)));
const reference = (name: string): JsonObject => ({ spec: { certificateRef: { kind: 'Secret', name } } });

test('of a Secret one sees which keys come, go and change, and no value', () => {
  const diff = diffObject(
    subjectOf(
      { data: { gone: 'YQ==', kept: 'Yg==', password: 'Yw==' } },
      { data: { fresh: 'ZA==', kept: 'Yg==', password: 'ZQ==' } },
      SECRET,
    ),
  );
  assert.deepEqual(diff.fields, [
    { path: 'data.fresh', kind: 'added', before: undefined, after: '(added)' },
    { path: 'data.gone', kind: 'removed', before: '(removed)', after: undefined },
    { path: 'data.password', kind: 'changed', before: '(old value)', after: '(changed)' },
  ]);
  assert.equal(
    linesOf(diff),
    [
      '@ data',
      '  apiVersion: v1',
      '  data:',
      '-   gone: (removed)',
      '+   fresh: (added)',
      '    kept: (not shown)',
      '-   password: (old value)',
      '+   password: (changed)',
      '  kind: Secret',
      '  metadata:',
      '    name: a',
    ].join('\n'),
  );
});

test('values of one length and of another look the same', () => {
  assert.equal(shown('yy'), shown('y'.repeat(5000)));
});

test('type, labels and names of a Secret are shown', () => {
  const { fields } = diffObject(
    subjectOf(
      { type: 'Opaque' },
      { type: 'kubernetes.io/tls', immutable: true, metadata: { name: 'a', labels: { b: 'c' } } },
      SECRET,
    ),
  );
  assert.deepEqual(
    fields.map(({ path, after }) => [path, after]),
    [
      ['immutable', 'true'],
      ['metadata.labels', '{"b":"c"}'],
      ['metadata.namespace', undefined],
      ['type', 'kubernetes.io/tls'],
    ],
  );
});

test('a sealed Secret and the environment of a container are no Secrets, a reference keeps its name', () => {
  const sealed = diffObject(
    subjectOf(
      { spec: { encryptedData: { a: 'AgB1' } } },
      { spec: { encryptedData: { a: 'AgB2' } } },
      { kind: 'SealedSecret' },
    ),
  );
  assert.equal(sealed.fields[0]?.after, 'AgB2');
  assert.equal(diffObject(subjectOf(reference('a'), reference('b'), { kind: 'Gateway' })).fields[0]?.after, 'b');
});

const OLD = 'MARKER-hunter2-old';
const NEW = 'MARKER-hunter2-new';

/** All the ways in which a value of a Secret can be in an object. */
const HIDING_PLACES: readonly (readonly [string, string, (value: string) => JsonObject])[] = [
  ['data', 'Secret', (value) => ({ data: { password: base64(value) } })],
  ['stringData', 'Secret', (value) => ({ stringData: { password: value } })],
  ['data and stringData', 'Secret', (value) => ({ data: { a: base64(value) }, stringData: { b: value } })],
  ['a text of many lines', 'Secret', (value) => ({ stringData: { file: `${value}\n${value}\n` } })],
  ['a misspelt field', 'Secret', (value) => ({ stringdata: { password: value } })],
  ['data that is no map', 'Secret', (value) => ({ data: value, stringData: [value] })],
  ['a value that is no text', 'Secret', (value) => ({ data: { a: { b: [value] } } })],
  [
    'the notes of kubectl',
    'Secret',
    (value) => ({
      metadata: {
        name: 'a',
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ stringData: value }) },
      },
    }),
  ],
  [
    'the notes of another tool',
    'Secret',
    (value) => ({
      metadata: { name: 'a', annotations: { 'kapp.k14s.io/original': JSON.stringify({ stringData: value }) } },
    }),
  ],
  [
    'the notes of a tool on an object with a Secret in it',
    'Object',
    (value) => ({ metadata: { name: 'a', annotations: { 'kapp.k14s.io/original': JSON.stringify({ data: value }) } } }),
  ],
  ['an item of a list', 'List', (value) => ({ items: [{ kind: 'Secret', data: { a: base64(value) } }] })],
  [
    'a named item of a list',
    'Bundle',
    (value) => ({ spec: [{ name: 'x', kind: 'Secret', stringData: { a: value } }] }),
  ],
  [
    'a template of a Secret with its notes',
    'Object',
    (value) => ({
      spec: {
        manifest: {
          kind: 'Secret',
          metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': value } },
          binaryData: { a: value },
        },
      },
    }),
  ],
  [
    'a Secret within a Secret',
    'Secret',
    (value) => ({ metadata: { name: 'a' }, type: { kind: 'Secret', data: value } }),
  ],
];

const VERBS: readonly (readonly [DiffVerb, boolean, boolean])[] = [
  ['create', false, true],
  ['change', true, true],
  ['replace', true, true],
  ['delete', true, false],
  ['restart', true, false],
  ['none', true, true],
];

for (const [place, kind, objectOf] of HIDING_PLACES) {
  test(`no value of a Secret is shown anywhere: ${place}`, () => {
    for (const [verb, hasBefore, hasAfter] of VERBS) {
      const subject = subjectOf(hasBefore ? objectOf(OLD) : undefined, hasAfter ? objectOf(NEW) : undefined, {
        kind,
        verb,
      });
      assert.match(JSON.stringify(subject), /MARKER|TUFSS0VS/, 'the marker is in what is compared');
      assert.doesNotMatch(everythingShown(subject), /MARKER|TUFSS0VS|hunter2/, verb);
    }
  });
}

/** Half of the places of a change on one side only. */
test('no value of a Secret is shown when only one side has it', () => {
  for (const [place, kind, objectOf] of HIDING_PLACES) {
    for (const subject of [subjectOf({}, objectOf(NEW), { kind }), subjectOf(objectOf(OLD), {}, { kind })]) {
      assert.doesNotMatch(everythingShown(subject), /MARKER|TUFSS0VS|hunter2/, place);
    }
  }
});

function everythingShown(subject: DiffSubject): string {
  const diff = diffObject(subject);
  const plan = { diffs: [diff], restarts: [], images: [], hash: 'f00' };
  return [
    JSON.stringify(diff),
    ...planLines(plan),
    renderPage(planSections(plan), JOB_SUMMARY),
    JSON.stringify(planEntry(plan)),
    describePlan(plan),
  ].join('\n');
}
