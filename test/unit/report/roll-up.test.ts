import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CollectedDeploy } from '../../../src/collect/parse-report.ts';
import type { Collected, CollectedEntry } from '../../../src/collect/read-results.ts';
import { JOB_SUMMARY, renderPage } from '../../../src/report/page.ts';
import { concludeCollected } from '../../../src/report/roll-up.ts';
import { rollUpSections } from '../../../src/report/roll-up-sections.ts';
import { DIGEST, SHA } from '../../support/outcomes.ts';

const entryOf = (environment: string, more: Partial<CollectedDeploy> = {}): CollectedEntry => ({
  environment,
  deploy: {
    app: 'shop',
    environment,
    namespace: 'shop',
    url: undefined,
    attempt: 1,
    runUrl: undefined,
    result: 'succeeded',
    reason: undefined,
    verdict: 'Deployed abcdef0',
    sha: SHA,
    digests: [DIGEST],
    seconds: 12.6,
    ...more,
  },
});

const failed = (environment: string, result: CollectedDeploy['result'] = 'failed', app = 'shop'): CollectedEntry =>
  entryOf(environment, { app, result, verdict: 'boom', reason: 'rollout-failed' });
const missing = (environment: string): CollectedEntry => ({ environment, deploy: undefined });
const collectedOf = (entries: readonly CollectedEntry[], more: Partial<Collected> = {}): Collected => ({
  entries,
  problems: [],
  isExpected: true,
  ...more,
});
const OTHER = `sha256:${'6f'.repeat(32)}`;

for (const [entries, result, verdict] of [
  [[entryOf('a'), entryOf('b'), entryOf('c')], 'succeeded', '3 environments run abcdef0'],
  [[entryOf('prod')], 'succeeded', 'prod runs abcdef0'],
  [[entryOf('a'), entryOf('b'), failed('prod')], 'failed', '2 of 3 environments run abcdef0; prod failed: boom'],
  [
    [entryOf('a'), failed('b', 'timed-out'), failed('prod')],
    'failed',
    '1 of 3 environments runs abcdef0; prod failed: boom (and 1 more)',
  ],
  [[entryOf('a'), missing('prod')], 'unknown', '1 of 2 environments runs abcdef0; prod did not report'],
  [[missing('a'), failed('b')], 'failed', '0 of 2 environments went well; b failed: boom (and 1 more)'],
  [[failed('a', 'timed-out')], 'timed-out', '0 of 1 environment went well; a timed out: boom'],
  [[failed('a', 'unknown')], 'unknown', '0 of 1 environment went well; a is in an unknown state: boom'],
  [[failed('a', 'superseded')], 'superseded', '0 of 1 environment went well; a was superseded: boom'],
  [[failed('a', 'cancelled')], 'cancelled', '0 of 1 environment went well; a was cancelled: boom'],
  [
    [entryOf('a'), entryOf('b', { digests: [OTHER] })],
    'succeeded',
    '2 environments run abcdef0, but not the same image: a 5e5e5e5e5e5e, b 6f6f6f6f6f6f',
  ],
  [
    [entryOf('a', { digests: [DIGEST, OTHER] }), entryOf('b', { digests: [OTHER, DIGEST] })],
    'succeeded',
    '2 environments run abcdef0',
  ],
  [[entryOf('a'), entryOf('b', { sha: 'f'.repeat(40) })], 'succeeded', '2 environments run different commits'],
  [[entryOf('a', { sha: undefined })], 'succeeded', 'a runs what was deployed'],
  [[entryOf('a'), entryOf('a', { app: 'tools', digests: [OTHER] })], 'succeeded', '2 deploys run abcdef0'],
  [[entryOf('a'), failed('a', 'failed', 'tools')], 'failed', '1 of 2 deploys runs abcdef0; tools in a failed: boom'],
] as const) {
  test(`many deploys in a sentence: ${verdict}`, () => {
    const rollUp = concludeCollected(collectedOf(entries));
    assert.deepEqual([rollUp.result, rollUp.verdict], [result, verdict]);
    assert.equal(rollUp.reason, result === 'succeeded' ? undefined : 'environment-failed');
  });
}

test('every environment that is not green is a problem of its own, worst first', () => {
  const { problems, hint } = concludeCollected(collectedOf([missing('a'), entryOf('b'), failed('c')]));
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['c failed: boom', 'a did not report'],
  );
  assert.match(hint ?? '', /waits for an approval/);
});

test('a report that cannot be read is red only when nobody knows whether somebody is missing', () => {
  const problems = [{ message: 'it cannot be read as JSON', file: 'results/x.json' }];
  const known = concludeCollected(collectedOf([entryOf('a')], { problems }));
  assert.deepEqual([known.result, known.verdict, known.problems.length], ['succeeded', 'a runs abcdef0', 1]);
  const unknown = concludeCollected(collectedOf([entryOf('a')], { problems, isExpected: false }));
  assert.deepEqual(
    [unknown.result, unknown.reason, unknown.verdict],
    ['unknown', 'results-missing', 'a runs abcdef0; 1 report could not be read'],
  );
});

test('the output has every deploy; what is not known is null', () => {
  const { deploys } = concludeCollected(collectedOf([entryOf('a', { url: 'https://a.example.com' }), missing('b')]));
  assert.deepEqual(JSON.parse(deploys), [
    {
      environment: 'a',
      app: 'shop',
      namespace: 'shop',
      result: 'succeeded',
      reason: null,
      verdict: 'Deployed abcdef0',
      sha: SHA,
      digest: DIGEST,
      url: 'https://a.example.com',
      seconds: 12.6,
      attempt: 1,
      runUrl: null,
    },
    {
      environment: 'b',
      app: null,
      namespace: null,
      result: 'unknown',
      reason: 'results-missing',
      verdict: 'did not report',
      sha: null,
      digest: null,
      url: null,
      seconds: null,
      attempt: null,
      runUrl: null,
    },
  ]);
});

test('the table has a row for each environment, with what it runs and links', () => {
  const entries = [
    entryOf('staging', { url: 'https://staging.example.com/', runUrl: 'https://github.com/org/app/actions/runs/1' }),
    entryOf('prod', { ...failed('prod').deploy, attempt: 2, runUrl: 'https://github.com/org/app/actions/runs/1' }),
    missing('edge'),
  ];
  const problems = [{ message: 'this is no report', file: 'results/x.json' }];
  const page = renderPage(rollUpSections(collectedOf(entries, { problems })), JOB_SUMMARY);
  for (const row of [
    '| environment | result | verdict | commit | image | URL | seconds | run |',
    '| staging | ✅ succeeded | Deployed abcdef0 | `abcdef0` | `5e5e5e5e5e5e` | [open](https://staging.example.com/) | 13 | [run](https://github.com/org/app/actions/runs/1) |',
    '| prod | ❌ failed | boom | `abcdef0` | `5e5e5e5e5e5e` | | 13 | [attempt 2](https://github.com/org/app/actions/runs/1) |',
    '| edge | ❔ did not report | | | | | | |',
    '- results/x.json: this is no report',
  ]) {
    assert.ok(page.split('\n').includes(row), `${row}\nis not in\n${page}`);
  }
});
