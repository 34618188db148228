import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotationsOf } from '../../../src/report/annotations.ts';
import { buildAnnotations } from '../../../src/report/builds.ts';
import { previewComment } from '../../../src/report/comment-preview.ts';
import { planComment } from '../../../src/report/comment-plan.ts';
import { deployComment } from '../../../src/report/comment.ts';
import { evidenceLines } from '../../../src/report/evidence-lines.ts';
import type { Facts } from '../../../src/report/facts.ts';
import { scanAnnotations } from '../../../src/report/gates.ts';
import { closingLines, linesOf, plannedLines } from '../../../src/report/log-lines.ts';
import { concludePlan, concludeRollouts, type Outcome } from '../../../src/report/outcome.ts';
import { planLines } from '../../../src/report/plan-lines.ts';
import { previewSection } from '../../../src/report/preview.ts';
import { rollUpSections } from '../../../src/report/roll-up-sections.ts';
import { concludeCollected } from '../../../src/report/roll-up.ts';
import { summaryOf } from '../../../src/report/summary.ts';
import { timelineOf } from '../../../src/report/timeline.ts';
import { parseImageReference } from '../../../src/values/image.ts';
import {
  badRollout,
  containerEvidence,
  factsOf,
  objectFact,
  outcomeOf,
  phaseFact,
  podGroup,
  rolloutOf,
  SHA,
  workloadFact,
} from '../../support/outcomes.ts';
import { HOSTILE } from './hostile.ts';
import { FOLDS, nodesOf, readByGitHub, shapeOf, treeOf } from '../../support/page-tree.ts';
import { diffOf, imageOf, planOf, workload } from './plan-facts.ts';

const ABOUT = { runUrl: 'https://github.com/org/app/actions/runs/1', sha: SHA, updatedAtMilliseconds: 0 };

const aboutOf = (text: string) => ({ ...ABOUT, app: text, environment: text, namespace: text, url: text });

const previewOf = (text: string) => ({
  namespace: text,
  app: text,
  pullRequest: 7,
  url: text,
  expiresAt: '2026-11-29T00:00:00.000Z',
  state: 'deployed' as const,
});

/** A failed deploy in which every name and message is the text. */
function failureOf(text: string, more: Partial<Facts> = {}): Outcome {
  const object = { kind: 'Deployment', namespace: text, name: text };
  const evidence = containerEvidence([text], { container: text, image: text, message: text, word: text });
  const group = podGroup([], {
    pods: [text, text],
    node: text,
    condition: text,
    containers: [evidence],
    events: [text],
  });
  const outcome = {
    ...badRollout('x', 'failed', text, { groups: [group], hint: text }),
    workload: object,
    state: text,
  };
  const images = [{ container: text, before: text, after: text }];
  const workloads = [
    workloadFact('x', { workload: object, because: text, images, outcome }),
    workloadFact('x', { workload: object, outcome: rolloutOf('x', { workload: object, state: text, notes: [text] }) }),
    workloadFact('x', { workload: object, outcome }),
  ];
  return concludeRollouts(
    factsOf({
      sha: text,
      tools: [text],
      workloads,
      objects: [objectFact('ConfigMap', text, { namespace: text, fields: [text, text] })],
      phases: [phaseFact('Apply', 0, 1), phaseFact(text, 1, 1)],
      untold: [{ title: text, why: text, markdown: undefined }],
      preview: previewOf(text),
      ...more,
    }),
  );
}

function planOutcome(text: string): Outcome {
  const plan = planOf({
    diffs: [diffOf('change', text, 'old', `${text}\n${text}`), diffOf('create', text, '', text)],
    images: [imageOf(text, text, text)],
    restarts: [{ workload: workload(text), reason: text }],
  });
  return concludePlan(factsOf({ plan }), false);
}

function rollUpOutcome(text: string): Outcome {
  const deploy = {
    app: text,
    environment: text,
    namespace: text,
    url: text,
    attempt: 1,
    runUrl: text,
    reason: text,
    verdict: text,
    sha: text,
    digests: [text, text],
    seconds: 1,
    result: 'failed' as const,
  };
  const entries = [
    { environment: text, deploy },
    { environment: text, deploy: undefined },
    { environment: text, deploy: { ...deploy, result: 'succeeded' as const } },
  ];
  const collected = { entries, problems: [{ message: text, file: text }], isExpected: true };
  return { ...outcomeOf({ collected, workloads: [], objects: [] }), ...concludeCollected(collected) };
}

function pageOf(outcome: Outcome): string {
  const { collected, preview, untold } = outcome.facts;
  const sections = [
    ...(collected === undefined ? [] : rollUpSections(collected)),
    ...(preview === undefined ? [] : [previewSection(preview)]),
  ];
  return summaryOf(outcome, { sections, untold });
}

const PAGES: Readonly<Record<string, (text: string) => string>> = {
  'the summary of a deploy': (text) => pageOf(failureOf(text)),
  'the summary of a plan': (text) => pageOf(planOutcome(text)),
  'the summary of many deploys': (text) => pageOf(rollUpOutcome(text)),
  'a summary with a comment that could not be written': (text) =>
    pageOf(
      outcomeOf({ untold: [{ title: text, why: text, markdown: deployComment(failureOf(text), aboutOf(text)) }] }),
    ),
  'the comment about a deploy': (text) => deployComment(failureOf(text), aboutOf(text)),
  'the comment about a plan': (text) => planComment(planOutcome(text), aboutOf(text)),
  'the comment about a preview': (text) => previewComment(failureOf(text), previewOf(text), aboutOf(text)),
};

/** What GitHub makes something of, outside of code (html-pipeline's mentions, references of issues, autolinks, formulas, emoji). */
const MEANT = /(?:^|\W)@[a-z0-9]|#\d|\bGH-\d|https?:\/\/|www\.|[\w.]+@[\w.]+\.\w|\$|:(?:tada|\+1|100):/i;
const HIDDEN = /[\p{Cc}\p{Bidi_Control}\u200b\u2060\ufeff\u00ad\ud800-\udfff](?<![\t\n])/u;

for (const [page, render] of Object.entries(PAGES)) {
  const shape = shapeOf(treeOf(render('word')));
  for (const [does, text] of HOSTILE) {
    test(`${page} stays whole when a name or a message ${does}`, () => {
      const markdown = render(text);
      const tree = treeOf(markdown);
      assert.equal(withoutEmpty(shapeOf(tree), text), withoutEmpty(shape, text), markdown);
      const html = nodesOf(tree).flatMap((node) => (node.type === 'html' ? [node.value] : []));
      assert.deepEqual(
        html.filter((value) => !FOLDS.test(value)),
        [],
      );
      assert.deepEqual(
        readByGitHub(tree).filter((words) => MEANT.test(words)),
        [],
      );
      assert.doesNotMatch(markdown, HIDDEN);
    });
  }
}

/** A paragraph of nothing is none, and nothing is not strong. */
function withoutEmpty(shape: string, text: string): string {
  return text === '' ? shape.replaceAll(/ paragraph(?!\()|\(strong\)/g, '') : shape;
}

/** As the runner reads a line (ActionCommand.cs), whatever has no width left out. */
const isObeyed = (line: string): boolean =>
  line.split(/\r\n|\r|\n/).some((part) => {
    const seen = part.replaceAll(/[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, '');
    return /^\s*::/.test(seen) || seen.includes('##[');
  });

const LOGS: Readonly<Record<string, (text: string) => readonly string[]>> = {
  'what happens': (text) =>
    (['output', 'state', 'note', 'warning'] as const).flatMap((kind) => linesOf({ kind, text })),
  'a command': (text) => [
    ...linesOf({ kind: 'changing', subject: text, command: { tool: 'kubectl', args: [text, `--x=${text}`] } }),
    ...linesOf({ kind: 'running', command: { tool: text, args: [text] } }),
  ],
  'what is planned': (text) =>
    plannedLines([objectFact(text, text, { namespace: text })], [workloadFact('x', { because: text })]),
  'a plan': (text) => planLines(planOutcome(text).facts.plan ?? planOf()),
  'what the pods say': (text) => failureOf(text).facts.workloads.flatMap(evidenceLines),
  'the end': (text) => closingLines({ ...failureOf(text), stack: text, hint: text }),
};

for (const [what, render] of Object.entries(LOGS)) {
  test(`no line of the log about ${what} is obeyed, hides something or is two`, () => {
    const lines = HOSTILE.flatMap(([, text]) => render(text));
    assert.deepEqual(
      lines.filter((line) => isObeyed(line) || HIDDEN.test(line) || line.includes('\n')),
      [],
    );
  });
}

test('warnings of builds and scans hide nothing, and are short enough for the runner', () => {
  for (const [, text] of [...HOSTILE, ['', 'x'.repeat(100_000)] as const]) {
    const problem = { message: text, hint: text, file: 'Dockerfile', line: 1 };
    const image = parseImageReference('ghcr.io/org/app:1');
    const built = { image, how: 'built', tags: [], cache: undefined, advice: [problem] } as const;
    const scanned = { image, result: 'passed', ending: text, counts: undefined, findings: [problem] } as const;
    for (const { message } of [...buildAnnotations([built]), ...scanAnnotations([scanned])]) {
      assert.doesNotMatch(message, HIDDEN);
      assert.ok(message.length < 4096, `${message.length}`);
    }
  }
});

test('annotations hide nothing, and are short enough for the runner', () => {
  for (const [, text] of [...HOSTILE, ['', 'x'.repeat(100_000)] as const]) {
    const annotations = annotationsOf(failureOf(text));
    assert.ok(annotations.length > 0 && annotations.length <= 10);
    for (const { message } of annotations) {
      assert.doesNotMatch(message, HIDDEN);
      assert.ok(message.length < 4096, `${message.length}`);
    }
  }
});

/** What Mermaid's grammar of gantt takes as a task or a section, and as nothing else. */
test('no text is anything but a label of the timeline', () => {
  const lines = HOSTILE.flatMap(([, text]) => timelineOf(failureOf(text).facts)?.slice(4) ?? []);
  assert.deepEqual(
    lines.filter((line) => !/^ {2}(?:section [^:;#%"\n]+|[^:;#%"\n]+ :(?:done|active|crit), \d+, \d+)$/.test(line)),
    [],
  );
});
