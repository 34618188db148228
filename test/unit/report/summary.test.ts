import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError, failureOf } from '../../../src/errors.ts';
import { concludeError, concludePlan } from '../../../src/report/outcome.ts';
import { summaryOf } from '../../../src/report/summary.ts';
import {
  badRollout,
  DIGEST,
  factsOf,
  objectFact,
  outcomeOf,
  phaseFact,
  podGroup,
  rolloutOf,
  SHA,
  workloadFact,
} from '../../support/outcomes.ts';
import { planOf } from './plan-facts.ts';

const failedWith = (log: readonly string[]) =>
  outcomeOf({
    workloads: [
      workloadFact('server', {
        outcome: badRollout('server', 'failed', log[0] ?? 'x', { groups: [podGroup(log)] }),
      }),
    ],
  });

test('verdict, commit, image, workloads, objects and phases of a success', () => {
  const summary = summaryOf(
    outcomeOf({
      isBuilt: true,
      tools: ['buildx v0.36.1 (preinstalled)', 'kubectl v1.34.4 (preinstalled)'],
      phases: [phaseFact('Apply', 0, 0.52)],
      objects: [objectFact('Deployment', 'server', { fields: ['a', 'b', 'c', 'd', 'e', 'f'] })],
      workloads: [
        workloadFact('server', {
          images: [
            {
              container: 'app',
              before: `ghcr.io/org/app:${'0'.repeat(40)}@${DIGEST}`,
              after: `ghcr.io/org/app:${SHA}@${DIGEST}`,
            },
          ],
        }),
      ],
    }),
  );
  for (const line of [
    '## ✅ Deployed abcdef0: rolled out deployment/server (new revision), 1 object changed',
    `- commit \`${SHA}\``,
    `- image built: \`ghcr.io/org/app:${SHA}@${DIGEST}\``,
    '- with buildx v0.36.1 (preinstalled), kubectl v1.34.4 (preinstalled)',
    '### Workloads in shop',
    '| deployment/server | new revision | app: `000000000000` → `abcdef012345` | ✅ 1 of 1 updated and available | 1.3 |',
    '| Deployment/server | shop | configured | `a`, `b`, `c`, `d` and 2 more |',
    '| Apply | 0.5 |',
  ]) {
    const plain = summary.replaceAll(/[ -]+\|/g, ' |').replaceAll(/\| +/g, '| ');
    assert.ok(plain.includes(line), `${line}\nis not in\n${plain}`);
  }
});

test('what a reader asks first comes first: the verdict, the workloads, why they failed, what went in, and how long it took', () => {
  const { facts, ...failure } = failedWith(['boom']);
  const summary = summaryOf({ ...failure, facts: { ...facts, phases: [phaseFact('Apply', 0, 1)] } });
  const order = [
    '## ❌ ',
    '### Workloads',
    '<details><summary>What the pods',
    '### Objects',
    '### Details',
    '### Timeline',
  ];
  const places = [...order, '<summary>The phases in seconds'].map((text) => summary.indexOf(text));
  assert.ok(!places.includes(-1), summary);
  assert.deepEqual(
    places.toSorted((one, other) => one - other),
    places,
  );
});

test('the namespace of workloads is told once, or for each where there are several', () => {
  const elsewhere = { kind: 'Deployment', namespace: 'shop-eu', name: 'server' };
  const workloads = [workloadFact('server'), workloadFact('server', { workload: elsewhere })];
  assert.match(summaryOf(outcomeOf({ workloads })), /### Workloads\n[^]*\| deployment\/server \| shop-eu \|/);
});

test('a run without rollouts has no timeline', () => {
  const summary = summaryOf(outcomeOf({ workloads: [], phases: [phaseFact('Build', 0, 1)] }));
  assert.doesNotMatch(summary, /mermaid|Timeline/);
  assert.match(summary, /^\| Build \| 1\.0 \|$/m);
});

test('objects that stay as they are are counted', () => {
  const unchanged = ['a', 'b'].map((name) => objectFact('ConfigMap', name, { change: 'unchanged' }));
  const summary = summaryOf(outcomeOf({ objects: [...unchanged, objectFact('ConfigMap', 'c')] }));
  assert.match(summary, /^\| ConfigMap\/c \|/m);
  assert.doesNotMatch(summary, /ConfigMap\/[ab]/);
  assert.match(summary, /^2 objects stay as they are\.$/m);
});

test('a plan has no table of what became of workloads and objects', () => {
  const summary = summaryOf(concludePlan(factsOf({ plan: planOf(), hasChanged: false }), false));
  assert.doesNotMatch(summary, /### (?:Workloads|Objects)/);
  assert.match(summaryOf(outcomeOf({ plan: planOf() })), /### Workloads[^]*### Objects/);
});

test('a restart says why, and a new container has no image before', () => {
  const summary = summaryOf(
    outcomeOf({
      workloads: [
        workloadFact('agent', {
          change: 'restarted',
          because: 'ConfigMap/agent changed',
          images: [{ container: 'a', before: undefined, after: 'b:1' }],
        }),
      ],
    }),
  );
  assert.match(summary, /restarted: ConfigMap\/agent changed/);
  assert.match(summary, /a: `none` → `b:1`/);
});

test('a failed rollout shows what the pods say', () => {
  const summary = summaryOf(failedWith(['Error: DB_URL is not set']));
  assert.match(summary, /## ❌ deployment\/server did not roll out: Error: DB\\?_URL is not set/);
  assert.match(summary, /^<details><summary>What the pods of deployment\/server say<\/summary>$/m);
  assert.match(summary, /container app: CrashLoopBackOff, exit code 1 \(an error of the application\), 2 restarts/);
  assert.match(summary, /\| Error: DB_URL is not set/);
  assert.match(summary, /`rollout-failed`/);
});

test('several problems are a list with file, line and hint; one problem is the verdict alone', () => {
  const problems = [{ message: 'one', file: 'a.yaml', line: 2, hint: 'mend it' }, { message: 'two' }];
  const summary = summaryOf(
    concludeError(failureOf('manifest-invalid', problems, '2 problems'), factsOf({ workloads: [] })),
  );
  assert.match(summary, /^- a.yaml:2: one \(mend it\)\n- two$/m);
  const single = summaryOf(concludeError(failureOf('manifest-invalid', problems.slice(0, 1), 'x'), factsOf()));
  assert.doesNotMatch(single, /^- a.yaml/m);
});

test('no log line can break a table, add markup or leave its block of code', () => {
  const nasty = [
    'a | b',
    '<img src=x onerror=alert(1)>',
    '```',
    '[x](https://evil)',
    '::error::boom',
    '# title',
    '***',
  ];
  for (const line of nasty) {
    const summary = summaryOf(failedWith([line]));
    const [row = ''] = summary.split('\n').filter((text) => text.startsWith('| deployment/server'));
    assert.equal(row.split(/(?<!\\)\|/).length, 7, `${line} made another cell:\n${row}`);
    const outside = summary.replaceAll(/^(`{3,})[\s\S]*?^\1$/gm, '').replaceAll(/`\[x\][^`]*`/g, '');
    assert.doesNotMatch(outside, /(?<!\\)<img/, line);
    assert.doesNotMatch(outside, /(?<!\\)\[x\]\(/, line);
    assert.match(outside, /### Objects/, `${line} swallowed the rest`);
    assert.match(outside, /^<\/details>$/m, `${line} left the fold open`);
  }
});

test('a line of backticks does not end the block of code', () => {
  const summary = summaryOf(failedWith(['x', '```', '# not a title']));
  assert.match(summary, /^````$/m);
});

test('names from outside are text, too', () => {
  const outcome = concludeError(
    new DeployError('build-failed', 'step <b>x</b> | `y` *z* failed', { hint: 'see <i>log</i>' }),
    factsOf(),
  );
  const summary = summaryOf(outcome);
  assert.doesNotMatch(summary, /(?<!\\)<[bi]>/);
  assert.match(summary, /\\\*z\*|\\\*z\\\*/);
});

test('what the pods say has its room: what is more is in the log, and the page stays whole', () => {
  const outcome = badRollout('server', 'failed', 'boom', { groups: [podGroup(['x'.repeat(90_000)])] });
  const workloads = ['a', 'b', 'c', 'd'].map((name) => workloadFact(name, { outcome }));
  const summary = summaryOf(outcomeOf({ workloads, phases: [phaseFact('Apply', 0, 1)] }));
  assert.equal(summary.match(/<summary>What the pods/g)?.length, 2);
  assert.match(summary, /^What the pods of 2 more workloads say is in the log\.$/m);
  assert.match(summary, /^```mermaid$/m);
});

for (const [says, letter] of [
  ['of one byte each', 'x'],
  ['of three bytes each', '€'],
] as const) {
  test(`a summary that the runner would drop whole is cut, with letters ${says}`, () => {
    const outcome = badRollout('server', 'failed', letter.repeat(500));
    const workloads = Array.from({ length: 3000 }, (_, index) => workloadFact(`s${index}`, { outcome }));
    const summary = summaryOf(outcomeOf({ workloads }));
    assert.ok(Buffer.byteLength(summary) < 1024 * 1024, `${Buffer.byteLength(summary)} bytes`);
    assert.match(summary, /^## ❌/);
    assert.match(summary, /^\d+ more problems are in the log\.$/m);
    assert.match(summary, /^\d+ more workloads are in the log\.$/m);
    assert.ok(summary.split('\n').every((line) => !line.startsWith('|') || line.endsWith(' |')));
  });
}

test('notes of rollouts that went well are listed once', () => {
  const outcome = rolloutOf('x', { notes: ['it has no readinessProbe'] });
  const summary = summaryOf(outcomeOf({ workloads: [workloadFact('a', { outcome }), workloadFact('b', { outcome })] }));
  assert.match(summary, /^- deployment\/a, deployment\/b: it has no readinessProbe$/m);
});

test('a title of a fold cannot hold markup', () => {
  const workload = { kind: 'Evil<b>', namespace: 'shop', name: 'a&b\n\n# x' };
  const outcome = { ...badRollout('server', 'failed', 'boom', { groups: [podGroup(['x'])] }), workload };
  const summary = summaryOf(outcomeOf({ workloads: [workloadFact('a', { workload, outcome })] }));
  assert.match(summary, /^<details><summary>What the pods of evil&lt;b&gt;\/a&amp;b # x say<\/summary>$/m);
});
