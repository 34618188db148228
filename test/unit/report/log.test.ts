import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError, failureOf } from '../../../src/errors.ts';
import { evidenceLines } from '../../../src/report/evidence-lines.ts';
import { createJournal } from '../../../src/report/journal.ts';
import { harmless } from '../../../src/report/harmless.ts';
import { closingLines, commandLine, linesOf, plannedLines } from '../../../src/report/log-lines.ts';
import { concludeError } from '../../../src/report/outcome.ts';
import { report } from '../../../src/report/report.ts';
import { valueAt } from '../../../src/values/json.ts';
import { FakeUi } from '../../support/fake-ui.ts';
import { failureOfWork } from '../../support/failures.ts';
import {
  badRollout,
  containerEvidence,
  factsOf,
  objectFact,
  outcomeOf,
  podGroup,
  rolloutOf,
  workloadFact,
} from '../../support/outcomes.ts';

/** What the runner takes as a command: `::` after blanks at the start of a line, `##[` anywhere; lines end as .NET sees them. */
const isObeyed = (text: string): boolean =>
  text.split(/\r\n|\r|\n/).some((line) => /^\s*::/.test(line) || line.includes('##['));

for (const text of [
  '::error::x',
  '  ::set-output name=a::b',
  'x\n::error::y',
  'x\r::error::y',
  'x\r\n::error::y',
  '\n::error::x',
  '\r::x',
  'a ##[error]x',
  '##[group]',
  '\t::add-mask::a',
  '##[##[x',
]) {
  test(`text from outside is never obeyed by the runner: ${JSON.stringify(text)}`, () => {
    assert.ok(isObeyed(text));
    assert.ok(!isObeyed(harmless(text)), harmless(text));
    for (const kind of ['output', 'state', 'note', 'warning'] as const) {
      assert.ok(!linesOf({ kind, text }).some(isObeyed), kind);
    }
  });
}

test('ordinary text stays as it is', () => {
  for (const text of ['a::b', 'std::string', '# [x]', 'http://[::1]:80']) {
    assert.equal(harmless(text), text);
  }
});

const COMMAND = {
  tool: '/opt/hosted/kubectl',
  args: ['--context=my prod', 'set', 'image', 'deployment/a', "b='x':1"],
  stdin: 's3cret',
};

test('a command that changes the cluster is shown with what it is about, ready to paste', () => {
  assert.deepEqual(linesOf({ kind: 'changing', command: COMMAND, subject: 'deployment/a' }), [
    '# deployment/a',
    String.raw`$ kubectl '--context=my prod' set image deployment/a 'b='\''x'\'':1'`,
  ]);
});

test('what goes through stdin is never shown', () => {
  assert.doesNotMatch(linesOf({ kind: 'running', command: COMMAND }).join(), /s3cret/);
  assert.equal(commandLine({ tool: 'buildx', args: ['build', '{{json .}}', ''] }), "buildx build '{{json .}}' ''");
});

test('what is planned: a line for each object, and one for each restart with its reason', () => {
  assert.deepEqual(
    plannedLines(
      [objectFact('Namespace', 'shop', { namespace: undefined, change: 'created' }), objectFact('ConfigMap', 'agent')],
      [workloadFact('server'), workloadFact('agent', { because: 'ConfigMap/agent changed' })],
    ),
    [
      'created    Namespace/shop',
      'configured ConfigMap/agent in shop',
      'restart    deployment/agent (ConfigMap/agent changed)',
    ],
  );
});

test('the log ends with the verdict, every problem with its hint, and the reason', () => {
  const problems = [{ message: 'one', file: 'a.yaml', line: 2, hint: 'mend it' }, { message: 'two' }];
  assert.deepEqual(closingLines(concludeError(failureOf('manifest-invalid', problems, '2 problems'), factsOf())), [
    'failed: 2 problems',
    '  - a.yaml:2: one',
    '    mend it',
    '  - two',
    'reason: manifest-invalid (docs/failures.md#manifest-invalid)',
  ]);
  const bug = closingLines(concludeError(new Error('x'), factsOf()));
  assert.match(
    bug.join('\n'),
    /^failed: This is a defect of k8s-deploy: x\nPlease report.*\nreason: internal.*\n {4}at /,
  );
});

test('what the pods say is in the log, also when no pod was made', () => {
  const probe = { kind: 'readiness', asks: 'GET :8080/healthz', said: '503' } as const;
  const groups = [
    podGroup(['::error::x'], { pods: ['server-1', 'server-2', 'server-3'], events: ['BackOff: y'] }),
    podGroup([], { pods: [], containers: [], condition: 'quota', events: ['FailedCreate: quota'] }),
    podGroup([], {
      pods: ['p2'],
      node: undefined,
      phase: 'Pending',
      condition: 'no node',
      eventsMissing: 'may not',
      containers: [
        containerEvidence([], {
          isInit: true,
          exitCode: undefined,
          exitMeaning: undefined,
          message: '##[error]',
          restarts: 1,
          probe,
          logMissing: 'may not',
        }),
      ],
    }),
  ];
  assert.deepEqual(
    evidenceLines(workloadFact('server', { outcome: badRollout('server', 'failed', 'x', { groups }) })),
    [
      'deployment/server: failed, 0 of 1 updated',
      '  pod server-1 on n1: Running',
      '    the same: server-2, server-3',
      '    container app: CrashLoopBackOff, exit code 1 (an error of the application), 2 restarts',
      '      image ghcr.io/org/app:1',
      '      | : :error::x',
      '    event BackOff: y',
      '  no pod was made',
      '    condition: quota',
      '    event FailedCreate: quota',
      '  pod p2 on no node: Pending',
      '    condition: no node',
      '    init container app: CrashLoopBackOff, 1 restart',
      '      image ghcr.io/org/app:1',
      '      # #[error]',
      '      readiness probe GET :8080/healthz fails: 503',
      '      no log: may not',
      '    no events: may not',
    ],
  );
  assert.deepEqual(evidenceLines(workloadFact('server')), []);
  assert.deepEqual(
    evidenceLines(workloadFact('server', { outcome: rolloutOf('server', { result: 'unfinished' }) })),
    [],
  );
});

test('of many pods with one cause a few are named', () => {
  const pods = Array.from({ length: 200 }, (_, index) => `p${index}`);
  const outcome = badRollout('server', 'failed', 'x', { groups: [podGroup([], { pods })] });
  assert.ok(
    evidenceLines(workloadFact('server', { outcome })).includes('    the same: p1, p2, p3, p4, p5 and 194 more'),
  );
});

test('a note about rollouts that went well is said once, with the names of all', () => {
  const outcome = rolloutOf('x', { notes: ['it has no readinessProbe'] });
  const facts = factsOf({
    workloads: [workloadFact('a', { outcome }), workloadFact('b', { outcome }), workloadFact('c')],
  });
  assert.equal(closingLines(outcomeOf(facts))[0], 'note: deployment/a, deployment/b: it has no readinessProbe');
});

test('each phase is one group with its duration, and closes also when it fails', async () => {
  const ui = new FakeUi();
  let now = 0;
  const journal = createJournal(ui, { now: () => now });
  now = 1000;
  await journal.phase('Render', async () => {
    now += 500;
  });
  now += 250;
  const failure = await failureOfWork(() =>
    journal.phase('Check', async () => {
      throw new DeployError('manifest-rejected', 'no');
    }),
  );
  assert.equal(failure.code, 'manifest-rejected');
  assert.deepEqual(ui.groups, ['open Render', 'close', 'open Check', 'close']);
  assert.deepEqual(journal.facts().phases, [
    { title: 'Render', startSeconds: 0, seconds: 0.5, isFailed: false },
    { title: 'Check', startSeconds: 0.75, seconds: 0, isFailed: true },
  ]);
});

test('something counts as changed from the first changing command on', () => {
  const journal = createJournal(new FakeUi(), { now: () => 0 });
  journal.hear({ kind: 'running', command: COMMAND });
  assert.equal(journal.facts().hasChanged, false);
  journal.hear({ kind: 'changing', command: COMMAND, subject: 'x' });
  assert.equal(journal.facts().hasChanged, true);
});

test('the verdict is the same sentence in log, annotation and summary, and only a failure turns the step red', async () => {
  const failed = new FakeUi();
  const outcome = outcomeOf({
    workloads: [workloadFact('server', { outcome: badRollout('server', 'failed', 'boom') })],
  });
  await report(outcome, failed);
  const sentence = 'deployment/server did not roll out: boom';
  assert.equal(outcome.verdict, sentence);
  assert.ok(failed.lines.includes(`failed: ${sentence}`));
  assert.ok(failed.annotations.some(({ message }) => message.startsWith(sentence)));
  assert.ok(failed.markdown.includes(sentence));
  const green = new FakeUi();
  await report(outcomeOf(), green);
  assert.deepEqual([failed.isRed, green.isRed, green.annotations.length], [true, false, 0]);
});

test('the report is written for every ending, and its path is an output', async () => {
  const ui = new FakeUi();
  await report(outcomeOf(), ui);
  assert.equal(ui.outputs['report'], '/runner/temp/report.json');
  assert.equal(valueAt(ui.written, 'result'), 'succeeded');
});

test('a report or a summary that cannot be written is a warning, and changes nothing else', async () => {
  const ui = new FakeUi();
  ui.report = async () => Promise.reject(new Error('disk full'));
  ui.summary = async () => Promise.reject(new Error('disk full'));
  await report(outcomeOf(), ui);
  assert.deepEqual(
    ui.lines.filter((line) => line.startsWith('warning')),
    ['warning: the report cannot be written: disk full', 'warning: the job summary cannot be written: disk full'],
  );
  assert.deepEqual([ui.isRed, ui.outputs['report'], ui.outputs['result']], [false, '', 'succeeded']);
});
