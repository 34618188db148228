import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ImageTestOutcome } from '../../../src/gate/image-tests.ts';
import type { ScanOutcome } from '../../../src/gate/scan.ts';
import { gateEntries, gateSection, scanAnnotations } from '../../../src/report/gates.ts';
import { renderMarkdown } from '../../../src/report/markdown.ts';
import { parseImageReference } from '../../../src/values/image.ts';

const REFERENCE = `ghcr.io/org/app:v1@sha256:${'5e'.repeat(32)}`;
const image = parseImageReference(REFERENCE);

const tested = (more: Partial<ImageTestOutcome> = {}): ImageTestOutcome => ({
  image,
  file: 'test/app.yaml',
  passed: 2,
  problems: [],
  ...more,
});
const scanned = (more: Partial<ScanOutcome> = {}): ScanOutcome => ({
  image,
  result: 'passed',
  ending: 'exit code 0',
  counts: undefined,
  findings: [],
  ...more,
});
const FINDINGS = [{ message: 'CVE-1: old.', hint: 'See https://example.com', file: 'Dockerfile', line: 3 }];

const rowsOf = (imageTests: readonly ImageTestOutcome[], scans: readonly ScanOutcome[]): readonly string[] =>
  renderMarkdown(gateSection({ imageTests, scans }))
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.replaceAll(/ +\|/g, ' |').replaceAll(/\| +/g, '| '));

describe('the table of checks', () => {
  for (const [says, imageTests, scans, rows] of [
    ['tests that passed', [tested()], [], ['| `test/app.yaml` | ghcr.io/org/app | ✅ 2 passed |']],
    [
      'tests that failed',
      [tested({ problems: [{ message: 'a' }] })],
      [],
      ['| `test/app.yaml` | ghcr.io/org/app | ❌ 1 failed, 2 passed |'],
    ],
    ['a scan without SARIF', [], [scanned()], ['| scan | ghcr.io/org/app | ✅ exit code 0 |']],
    [
      'what a scan found in an image that it let through',
      [],
      [scanned({ counts: '2 warnings' })],
      ['| scan | ghcr.io/org/app | ✅ 2 warnings |'],
    ],
    [
      'what a scan refused',
      [],
      [scanned({ result: 'failed', ending: 'exit code 1', counts: '1 error' })],
      ['| scan | ghcr.io/org/app | ❌ exit code 1; 1 error |'],
    ],
    [
      'a scan that ended red and found nothing',
      [],
      [scanned({ result: 'failed', ending: 'exit code 2 (no database)', counts: 'nothing' })],
      ['| scan | ghcr.io/org/app | ❌ exit code 2 (no database); nothing |'],
    ],
  ] as const) {
    test(`has ${says}`, () => assert.deepEqual(rowsOf(imageTests, scans), rows));
  }

  test('is not there without checks', () => {
    assert.deepEqual(gateSection({ imageTests: [], scans: [] }), []);
  });

  test('is not broken by the name of a file or the last line of a scanner', () => {
    const rows = rowsOf(
      [tested({ file: 'test/a`b|c.yaml' })],
      [scanned({ result: 'failed', ending: 'exit code 1 (a | b `c` <img src=x>\n| d |)' })],
    );
    assert.equal(rows.length, 2, rows.join('\n'));
    for (const row of rows) {
      assert.equal(row.replaceAll(String.raw`\|`, '').split('|').length, 5, row);
    }
    assert.match(rows[1] ?? '', /\\<img/);
  });
});

test('findings of an image that was let through are warnings; those of a refused one are told with the failure', () => {
  assert.deepEqual(
    scanAnnotations([scanned({ findings: FINDINGS }), scanned({ result: 'failed', findings: FINDINGS })]),
    [
      {
        level: 'warning',
        title: 'k8s-deploy: scan',
        message: 'CVE-1: old. See https://example.com',
        file: 'Dockerfile',
        line: 3,
      },
    ],
  );
});

test('the report has both, with all that failed', () => {
  const entries = gateEntries({
    imageTests: [tested({ problems: [{ message: 'one' }, { message: 'two', file: 'test/app.yaml', line: 2 }] })],
    scans: [scanned({ result: 'failed', ending: 'exit code 1', counts: '1 error', findings: FINDINGS })],
  });
  assert.deepEqual(entries, {
    imageTests: [{ image: REFERENCE, file: 'test/app.yaml', passed: 2, failed: ['one', 'two'] }],
    scans: [
      {
        image: REFERENCE,
        result: 'failed',
        ending: 'exit code 1',
        counts: '1 error',
        findings: [{ message: 'CVE-1: old.', file: 'Dockerfile', line: 3 }],
      },
    ],
  });
});
