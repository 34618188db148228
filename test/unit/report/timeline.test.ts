import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summaryOf } from '../../../src/report/summary.ts';
import { timelineOf } from '../../../src/report/timeline.ts';
import { badRollout, factsOf, outcomeOf, phaseFact, rolloutOf, workloadFact } from '../../support/outcomes.ts';

const PHASES = [phaseFact('Render', 0, 0.25), phaseFact('Apply', 0.25, 0.5), phaseFact('Roll out', 1, 15, true)];
const TIMELINE = [
  { text: '0 of 1 updated', atSeconds: 0 },
  { text: '1 pulling its image', atSeconds: 2.5 },
  { text: 'crashing', atSeconds: 4 },
];

test('phases and states of rollouts are bars on one axis of seconds', () => {
  const failed = { ...badRollout('server', 'failed', 'boom'), timeline: TIMELINE, seconds: 15 };
  const good = { ...rolloutOf('web'), timeline: TIMELINE.slice(0, 1), seconds: 3 };
  const facts = factsOf({
    phases: PHASES,
    workloads: [workloadFact('web', { outcome: good }), workloadFact('server', { outcome: failed })],
  });
  assert.deepEqual(timelineOf(facts), [
    'gantt',
    '  dateFormat x',
    '  axisFormat %s s',
    '  todayMarker off',
    '  section Phases',
    '  Render :done, 0, 250',
    '  Apply :done, 250, 750',
    '  Roll out :crit, 1000, 16000',
    '  section deployment/server',
    '  0 of 1 updated :active, 1000, 3500',
    '  1 pulling its image :active, 3500, 5000',
    '  crashing :crit, 5000, 16000',
    '  section deployment/web',
    '  0 of 1 updated :done, 1000, 4000',
  ]);
  assert.equal(timelineOf(factsOf({ phases: [] })), undefined);
});

/** What Mermaid's grammar of gantt (gantt.jison) takes as a task or a section, and as nothing else. */
const TASK = /^ {2}[^:;#%"\n]+ :(done|active|crit), \d+, \d+$/;
const SECTION = /^ {2}section [^:;#%"\n]+$/;

for (const label of [
  'a: b',
  'a;b',
  '#1',
  'x\ny :crit, 0, 1',
  '%% comment',
  'title x',
  'section x',
  'click me',
  '"quoted"',
  '```',
  '<b>x</b>',
  '2026-01-01 x',
  '::: ',
  'ж'.repeat(500),
]) {
  test(`no label breaks the diagram: ${JSON.stringify(label.slice(0, 20))}`, () => {
    const outcome = {
      ...rolloutOf('x'),
      workload: { kind: label, namespace: 'shop', name: label },
      timeline: [{ text: label, atSeconds: 0 }],
    };
    const facts = factsOf({ phases: [phaseFact(label, 0, 0)], workloads: [workloadFact('x', { outcome })] });
    const [, , , , ...lines] = timelineOf(facts) ?? [];
    assert.deepEqual(
      lines.filter((line) => !(line.startsWith('  section ') ? SECTION : TASK).test(line)),
      [],
    );
    assert.equal(lines.length, 4);
    assert.doesNotMatch(lines[1] ?? '', /^ {2}(title|section|click|2026)/);
  });
}

test('time that was set back, and a phase that took none, still make bars that can be drawn', () => {
  const lines = timelineOf(factsOf({ phases: [phaseFact('a', -5, -1), phaseFact('b', 2, 0)], workloads: [] })) ?? [];
  assert.deepEqual(lines.slice(5), ['  a :done, 0, 1', '  b :done, 2000, 2001']);
});

test('of hundreds of rollouts those that went wrong are drawn, and the diagram stays small', () => {
  const timeline = Array.from({ length: 40 }, (_, index) => ({ text: `state ${index}`.repeat(20), atSeconds: index }));
  const workloads = Array.from({ length: 500 }, (_, index) =>
    workloadFact(`s${index}`, {
      outcome: { ...(index === 400 ? badRollout('bad', 'failed', 'x') : rolloutOf(`s${index}`)), timeline },
    }),
  );
  const lines = timelineOf(factsOf({ phases: PHASES, workloads })) ?? [];
  assert.ok(lines.join('\n').length < 50_000);
  assert.equal(lines[8], '  section deployment/bad');
  assert.equal(lines.filter((line) => line.includes(':crit')).length, 2);
});

test('the summary has the diagram as a block that GitHub draws', () => {
  const summary = summaryOf(outcomeOf({ phases: PHASES }));
  assert.match(summary, /^```mermaid\ngantt\n[^`]+\n```$/m);
});
