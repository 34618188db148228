import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readResults, type Collected } from '../../../src/collect/read-results.ts';
import { jsonReport } from '../../../src/report/json-report.ts';
import { failureOfWork } from '../../support/failures.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { DIGEST, outcomeOf, phaseFact, SHA } from '../../support/outcomes.ts';
import { FAILED, reportOf } from './reports.ts';

async function read(texts: Readonly<Record<string, unknown>>, environments?: readonly string[]): Promise<Collected> {
  const files = memoryFiles(
    Object.fromEntries(
      Object.entries(texts).map(([path, value]) => [
        `/work/results/${path}`,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
  );
  return readResults({ workspace: '/work', results: 'results', environments }, { files });
}

const told = ({ entries }: Collected): readonly string[] =>
  entries.map(
    ({ environment, deploy }) =>
      `${environment} ${deploy === undefined ? 'nothing' : `${deploy.app} ${deploy.result} ${deploy.attempt}`}`,
  );

test('reports are found below the folder, by name when nobody says in which order', async () => {
  const collected = await read({
    'report-2/report.json': reportOf('staging'),
    'report-1/report.json': reportOf('prod'),
    'other/notes.txt': 'x',
  });
  assert.deepEqual(told(collected), ['prod shop succeeded 1', 'staging shop succeeded 1']);
  assert.deepEqual(collected.entries[0]?.deploy, {
    app: 'shop',
    environment: 'prod',
    namespace: 'shop-prod',
    url: 'https://prod.example.com/',
    attempt: 1,
    runUrl: 'https://github.com/org/app/actions/runs/1/attempts/1',
    result: 'succeeded',
    reason: undefined,
    verdict: 'Deployed 1a2b3c4: rolled out deployment/server (new revision)',
    sha: `1a2b3c4${'0'.repeat(33)}`,
    digests: [`sha256:${'5e'.repeat(32)}`],
    seconds: 61.4,
  });
});

test('what a deploy writes at its end is what is collected', async () => {
  const target = { app: 'shop', environment: 'prod', namespace: 'shop', attempt: 3, runUrl: 'https://example.com/run' };
  const facts = {
    target,
    url: 'https://shop.example.com/',
    phases: [phaseFact('Apply', 0, 2), phaseFact('Roll out', 2, 5)],
  };
  const collected = await read({ 'a.json': jsonReport(outcomeOf(facts)) });
  assert.deepEqual(collected.problems, []);
  assert.deepEqual(collected.entries[0]?.deploy, {
    ...target,
    url: 'https://shop.example.com/',
    result: 'succeeded',
    reason: undefined,
    verdict: 'Deployed abcdef0: rolled out deployment/server (new revision), 1 object changed',
    sha: SHA,
    digests: [DIGEST],
    seconds: 7,
  });
});

test('they are told in the order of the environments, who did not report has its row, and others come after', async () => {
  const texts = { 'a.json': reportOf('Staging'), 'b.json': reportOf('qa'), 'c.json': reportOf('dev') };
  assert.deepEqual(told(await read(texts, ['staging', 'prod', 'dev'])), [
    'staging shop succeeded 1',
    'prod nothing',
    'dev shop succeeded 1',
    'qa shop succeeded 1',
  ]);
});

test('after a re-run the last attempt of each app in each environment counts', async () => {
  const collected = await read({
    'prod-1.json': reportOf('prod', FAILED),
    'prod-2.json': reportOf('prod', {}, { attempt: 2 }),
    'prod-10.json': reportOf('prod', FAILED, { attempt: 10 }),
    'staging-1.json': reportOf('staging'),
    'tools-1.json': reportOf('staging', FAILED, { app: 'tools' }),
  });
  assert.deepEqual(told(collected), ['prod shop failed 10', 'staging shop succeeded 1', 'staging tools failed 1']);
});

test('of two reports with one number the one that is not green counts, whichever comes first', async () => {
  for (const [one, other] of [
    [FAILED, {}],
    [{}, FAILED],
  ]) {
    const collected = await read({ 'a.json': reportOf('prod', one), 'b.json': reportOf('prod', other) });
    assert.deepEqual(told(collected), ['prod shop failed 1']);
  }
});

for (const [what, value, message] of [
  ['text that is cut', '{"schemaVersion": 1, "resu', /^it cannot be read as JSON: /],
  ['nothing', '', /^it cannot be read as JSON: /],
  ['JSON of somebody else', { version: '2.1.0', runs: [] }, /^this is no report of k8s-deploy$/],
  ['a list', [reportOf('prod')], /^this is no report of k8s-deploy$/],
  ['null', null, /^this is no report of k8s-deploy$/],
  [
    'a report of another version',
    { ...reportOf('prod'), schemaVersion: 5 },
    /^its schemaVersion is 5, not 1: it comes from another version of k8s-deploy$/,
  ],
  ['a report of a mere build', { ...reportOf('prod'), target: null }, /does not say which environment/],
  ['no environment', reportOf('prod', {}, { environment: null }), /does not say which environment/],
  ['a result that there is not', reportOf('prod', { result: 'fine' }), /^result, verdict or target.attempt is missing/],
  ['no verdict', reportOf('prod', { verdict: null }), /^result, verdict or target.attempt is missing/],
  ['no attempt', reportOf('prod', {}, { attempt: 'x' }), /^result, verdict or target.attempt is missing/],
  ['attempt 0', reportOf('prod', {}, { attempt: 0 }), /^result, verdict or target.attempt is missing/],
] as const) {
  test(`a file with ${what} is a problem that names the file, and hides no other`, async () => {
    const { entries, problems } = await read({ 'x/bad.json': value, 'good.json': reportOf('staging') });
    assert.equal(entries.length, 1);
    assert.deepEqual(
      problems.map(({ file }) => file),
      ['results/x/bad.json'],
    );
    assert.match(problems[0]?.message ?? '', message);
  });
}

test('no file at all is a failure of its own, also when environments are expected', async () => {
  for (const environments of [undefined, ['prod']]) {
    const failure = await failureOfWork(() => read({ 'notes.txt': 'x' }, environments));
    assert.deepEqual([failure.code, failure.message], ['results-missing', 'There is no report of a deploy in results']);
  }
});

test('nothing but garbage is a failure with each file, unless it is known who had to report', async () => {
  const failure = await failureOfWork(() => read({ 'a.json': '{' }));
  assert.equal(failure.code, 'results-missing');
  assert.match(failure.lines[0] ?? '', /^results\/a\.json: it cannot be read as JSON/);
  assert.deepEqual(told(await read({ 'a.json': '{' }, ['prod'])), ['prod nothing']);
});

test('an address in a report that is none of the web is none', async () => {
  for (const address of ['javascript:alert(1)', 'data:text/html,x', 'https://a b', 'https://', '::error::x']) {
    const collected = await read({ 'a.json': reportOf('prod', {}, { url: address, runUrl: address }) });
    const { url, runUrl } = collected.entries[0]?.deploy ?? {};
    assert.deepEqual([url, runUrl], [undefined, undefined], address);
  }
});
