import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { worstFindings } from '../../../src/gate/findings.ts';
import { countLevels, readSarif, type SarifResult } from '../../../src/gate/sarif.ts';
import { memoryFiles } from '../../support/memory-files.ts';

/** In the shape of a scanner of images: rules with a severity, results that name layers. */
const RULES = [
  {
    id: 'CVE-2026-1',
    shortDescription: { text: 'openssl: overflow' },
    helpUri: 'https://avd.example/cve-2026-1',
    defaultConfiguration: { level: 'error' },
    properties: { 'security-severity': '7.5' },
  },
  { id: 'CVE-2026-2', defaultConfiguration: { level: 'error' }, properties: { 'security-severity': '9.8' } },
  { id: 'CVE-2026-3', defaultConfiguration: { level: 'note' } },
];

function sarif(results: readonly object[], rules: readonly object[] = RULES): string {
  return JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'scanner', rules } }, results }] });
}

const at = (uri: string, startLine?: number): object => ({
  locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine } } }],
});

test('a result has the level, the text, the place and the help of its rule', () => {
  const text = 'Package: openssl\nInstalled Version: 3.0.1\n\n  Vulnerability CVE-2026-1';
  assert.deepEqual(
    readSarif(sarif([{ ruleId: 'CVE-2026-1', ruleIndex: 0, message: { text }, ...at('Dockerfile', 3) }])),
    [
      {
        level: 'error',
        rule: 'CVE-2026-1',
        text: 'Package: openssl Installed Version: 3.0.1 Vulnerability CVE-2026-1',
        helpUri: 'https://avd.example/cve-2026-1',
        uri: 'Dockerfile',
        line: 3,
      },
    ],
  );
});

for (const [says, result, level] of [
  ['its own comes before that of the rule', { ruleId: 'CVE-2026-1', level: 'note' }, 'note'],
  ['that of the rule, by its index', { ruleIndex: 2 }, 'note'],
  ['that of the rule, by its name', { ruleId: 'CVE-2026-3' }, 'note'],
  ['warning, when nobody says one', { ruleId: 'unknown' }, 'warning'],
  ['none: it is no finding', { level: 'none' }, undefined],
  ['of what passed: it is no finding', { kind: 'pass', level: 'error' }, undefined],
  ['suppressed: it is no finding', { suppressions: [{ kind: 'inSource' }] }, undefined],
  ['under review: it is one', { suppressions: [{ kind: 'external', status: 'underReview' }] }, 'warning'],
] as const) {
  test(`the level of a result is ${says}`, () => {
    assert.equal(readSarif(sarif([{ message: { text: 'x' }, ...result }]))[0]?.level, level);
  });
}

test('the worst come first: by level, then by severity', () => {
  const results = ['CVE-2026-3', 'CVE-2026-1', 'unknown', 'CVE-2026-2'].map((ruleId) => ({ ruleId }));
  assert.deepEqual(
    readSarif(sarif(results)).map(({ rule }) => rule),
    ['CVE-2026-2', 'CVE-2026-1', 'unknown', 'CVE-2026-3'],
  );
});

test('without a message the rule speaks', () => {
  assert.deepEqual(
    readSarif(sarif([{ ruleIndex: 0 }, { ruleIndex: 2 }, {}])).map(({ text }) => text),
    ['openssl: overflow', 'no text', 'CVE-2026-3'],
  );
});

test('a long text is cut', () => {
  assert.equal(readSarif(sarif([{ message: { text: 'x'.repeat(5000) } }]))[0]?.text.length, 300);
});

for (const [says, text, message] of [
  ['no JSON', 'Usage: scan', /JSON/],
  ['cut off', sarif([{}]).slice(0, -5), /JSON/],
  ['of no version', '{"runs":[]}', /no version of SARIF/],
  ['of an older version', '{"version":"2.0.0","runs":[]}', /SARIF 2\.0\.0, not 2\.1\.0/],
  ['without runs', '{"version":"2.1.0"}', /its runs are no list/],
  ['with runs of another kind', '{"version":"2.1.0","runs":["a"]}', /its runs are no list/],
  ['of another kind', '[]', /no version of SARIF/],
] as const) {
  test(`a file ${says} is refused`, () => assert.throws(() => readSarif(text), message));
}

test('a run without results, or with results of another kind, has none', () => {
  for (const run of [{}, { results: null }, { results: ['a', 1, null] }, { tool: null, results: [] }]) {
    assert.deepEqual(readSarif(JSON.stringify({ version: '2.1.0', runs: [run] })), []);
  }
});

describe('findings', () => {
  const RESULT: SarifResult = { level: 'error', rule: 'R1', text: 'bad', helpUri: undefined, uri: undefined, line: 4 };
  const files = memoryFiles({ '/checkout/app/Dockerfile': '', '/checkout/a b.txt': '', '/etc/passwd': '' });

  for (const [uri, expected] of [
    ['app/Dockerfile', { file: 'app/Dockerfile', line: 4 }],
    ['file:///checkout/app/Dockerfile', { file: 'app/Dockerfile', line: 4 }],
    ['./app/../app/Dockerfile', { file: 'app/Dockerfile', line: 4 }],
    ['a%20b.txt', { file: 'a b.txt', line: 4 }],
    ['library/node', {}],
    ['app', {}],
    ['../etc/passwd', {}],
    ['/etc/passwd', {}],
    ['%E0%A4%A', {}],
    [undefined, {}],
  ] as const) {
    test(`${uri ?? 'no place'} is ${'file' in expected ? `the file ${expected.file}` : 'no file of the workspace'}`, async () => {
      assert.deepEqual(await worstFindings([{ ...RESULT, uri }], '/checkout', files), [
        { message: 'R1: bad', ...expected },
      ]);
    });
  }

  test('the rule is named once, and its help is the hint', async () => {
    const result = { ...RESULT, text: 'R1 is bad', helpUri: 'https://help.example' };
    assert.deepEqual(await worstFindings([result], '/checkout', files), [
      { message: 'R1 is bad', hint: 'See https://help.example' },
    ]);
  });

  test('there are ten at most', async () => {
    const many = Array.from({ length: 25 }, () => RESULT);
    assert.equal((await worstFindings(many, '/checkout', files)).length, 10);
  });

  test('they are counted by level', () => {
    const levels = ['error', 'error', 'note'] as const;
    assert.equal(countLevels(levels.map((level) => ({ ...RESULT, level }))), '2 errors, 1 note');
    assert.equal(countLevels([]), 'nothing');
  });
});
