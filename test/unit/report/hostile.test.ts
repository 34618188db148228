import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotationsOf } from '../../../src/report/annotations.ts';
import { buildAnnotations } from '../../../src/report/builds.ts';
import { evidenceLines } from '../../../src/report/evidence-lines.ts';
import { scanAnnotations } from '../../../src/report/gates.ts';
import { closingLines, linesOf, plannedLines } from '../../../src/report/log-lines.ts';
import { planLines } from '../../../src/report/plan-lines.ts';
import { timelineOf } from '../../../src/report/timeline.ts';
import { parseImageReference } from '../../../src/values/image.ts';
import { objectFact, workloadFact } from '../../support/outcomes.ts';
import { HOSTILE } from './hostile.ts';
import { FOLDS, nodesOf, readByGitHub, shapeOf, treeOf } from '../../support/page-tree.ts';
import { planOf } from './plan-facts.ts';
import { failureOf, PAGES, planOutcome } from './hostile-pages.ts';

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
