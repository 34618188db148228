import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployComment } from '../../../src/report/comment.ts';
import { planComment } from '../../../src/report/comment-plan.ts';
import { code, folded, heading, paragraph, renderMarkdown, table, text } from '../../../src/report/markdown.ts';
import { concludePlan, concludeRollouts } from '../../../src/report/outcome.ts';
import { always, renderPage, several, whole, type PageLimit } from '../../../src/report/page.ts';
import { summaryOf } from '../../../src/report/summary.ts';
import {
  badRollout,
  factsOf,
  objectFact,
  outcomeOf,
  phaseFact,
  podGroup,
  workloadFact,
} from '../../support/outcomes.ts';
import { FOLDS, nodesOf, treeOf } from '../../support/page-tree.ts';
import { diffOf, HASH, planOf } from './plan-facts.ts';

const ofLetters = (most: number): PageLimit => ({ most, lengthOf: (markdown) => markdown.length });

const rows = (count: number, rank: number) =>
  several(
    rank,
    Array.from({ length: count }, (_, index) => `row${rank}-${index}`),
    (shown, leftOut) => [
      table(
        ['a', 'b'],
        shown.map((row) => [row, 'x']),
      ),
      ...(leftOut === 0 ? [] : [paragraph(text(`${leftOut} rows of ${rank} are left out`))]),
    ],
  );

test('a page that fits is as it is', () => {
  assert.equal(
    renderPage([always(heading(2, 'a')), rows(1, 1), whole(2, [paragraph(text('b'))], 'c')], ofLetters(1000)),
    '## a\n\n| a | b |\n| - | - |\n| row1-0 | x |\n\nb\n',
  );
});

test('what matters least loses its items first, and says how many', () => {
  const sections = [
    always(heading(2, 'a')),
    rows(20, 2),
    rows(20, 1),
    whole(3, [paragraph(text('b'.repeat(300)))], 'no b'),
  ];
  const page = renderPage(sections, ofLetters(700));
  assert.ok(page.length <= 700, `${page.length}`);
  assert.equal(page.match(/row1-/g)?.length, 20);
  const shown = page.match(/row2-/g)?.length ?? 0;
  assert.ok(shown > 0 && page.includes(`${20 - shown} rows of 2 are left out`), page);
  assert.match(page, /^no b$/m);
});

test('an item that is too long is passed over, and later ones are shown', () => {
  const items = ['a', 'b'.repeat(5000), 'c'];
  const page = renderPage(
    [
      several(1, items, (shown, leftOut) => [
        ...shown.flatMap((item) => folded(item.slice(0, 1), [item])),
        paragraph(text(`${leftOut} left out`)),
      ]),
    ],
    ofLetters(500),
  );
  assert.deepEqual(page.match(/<summary>.</g), ['<summary>a<', '<summary>c<']);
  assert.match(page, /^1 left out$/m);
});

test('a section has its share even where there is room', () => {
  const page = renderPage(
    [
      several(1, ['a'.repeat(60), 'b'.repeat(60)], (shown) => shown.map((item) => paragraph(text(item))), {
        mostLetters: 100,
      }),
    ],
    ofLetters(10_000),
  );
  assert.equal(page, `${'a'.repeat(60)}\n`);
});

/** All that a run can have too much of. */
const HUGE = factsOf({
  workloads: Array.from({ length: 1500 }, (_, index) =>
    workloadFact(`s${index}`, {
      outcome: badRollout(`s${index}`, 'failed', `boom ${'€|`<'.repeat(60)}`, {
        groups: [podGroup(['```', 'x'.repeat(300)])],
      }),
    }),
  ),
  objects: Array.from({ length: 3000 }, (_, index) => objectFact('ConfigMap', `c${index}`, { fields: ['a', 'b'] })),
  phases: [phaseFact('Apply', 0, 1)],
  plan: planOf({
    diffs: Array.from({ length: 800 }, (_, index) => diffOf('change', `c${index}`, 'old', 'x\n'.repeat(100))),
  }),
});
const ABOUT = {
  app: 'shop',
  environment: 'prod',
  namespace: 'shop',
  url: undefined,
  runUrl: '',
  sha: undefined,
  updatedAtMilliseconds: 0,
};
const huge = concludeRollouts(HUGE);
const long = {
  ...huge,
  verdict: 'v'.repeat(200_000),
  hint: 'h'.repeat(200_000),
  problems: [...huge.problems, { message: 'p'.repeat(200_000) }],
};

for (const [what, render, most] of [
  ['the comment about a deploy', () => deployComment(long, ABOUT).length, 60_000],
  ['the comment about a plan', () => planComment({ ...long, facts: HUGE }, ABOUT).length, 60_000],
  ['the summary', () => Buffer.byteLength(summaryOf(long)), 900_000],
] as const) {
  test(`${what} is long, and not too long, when there is far too much`, () => {
    const length = render();
    assert.ok(length <= most && length > most * 0.6, `${length}`);
  });
}

test('a page that was cut has whole tables, folds and blocks of code', () => {
  for (const page of [deployComment(long, ABOUT), planComment(long, ABOUT), summaryOf(long)]) {
    const nodes = nodesOf(treeOf(page));
    const html = nodes.flatMap((node) => (node.type === 'html' ? [node.value] : []));
    assert.deepEqual(
      html.filter((value) => !FOLDS.test(value)),
      [],
    );
    assert.equal(html.filter((value) => value === '</details>').length * 2, html.length);
    for (const node of nodes) {
      assert.ok(
        node.type !== 'table' ||
          node.children.every(({ children }) => children.length === node.children[0]?.children.length),
      );
      assert.ok(
        node.type !== 'paragraph' ||
          !/^\||^```/.test(page.slice(node.position?.start.offset, node.position?.end.offset)),
      );
    }
    assert.ok(
      nodes.some(({ type }) => type === 'table'),
      'the problems took all the room',
    );
    assert.match(page, /^\d+ more (?:workloads|objects) are in the log\.$/m);
  }
});

test('the hash of a plan is there to copy, however long the plan is', () => {
  const comment = planComment(concludePlan(HUGE, false), ABOUT);
  assert.match(comment, new RegExp(`^\`\`\`yaml\nplan-hash: ${HASH}\n\`\`\`$`, 'm'));
  assert.match(comment, /^The diffs of \d+ more objects are in the log\.$/m);
});

test('what GitHub could not be told is in the summary once, with its content folded', () => {
  const markdown = deployComment(outcomeOf(), ABOUT);
  const untold = [
    { title: 'The comment on pull request 7', why: 'the token lacks pull-requests: write', markdown },
    { title: 'The deployment', why: 'GitHub answered 502', markdown: undefined },
  ];
  const page = summaryOf(outcomeOf(), { untold });
  assert.match(
    page,
    /^- \*\*The comment on pull request 7\*\*: the token lacks pull-requests: write\n- \*\*The deployment\*\*: GitHub answered 502$/m,
  );
  assert.equal(page.match(/<details><summary>The comment on pull request 7<\/summary>\n\n### ✅/g)?.length, 1);
  assert.doesNotMatch(summaryOf(outcomeOf()), /Not told/);
  const tight = summaryOf(outcomeOf(), { untold: [{ title: 'x', why: 'y', markdown: 'z'.repeat(1_000_000) }] });
  assert.match(tight, /There is no room here/);
  assert.ok(Buffer.byteLength(tight) < 2000);
});

test('words that GitHub would make something of are code, and can be copied', () => {
  assert.equal(
    renderMarkdown([paragraph(text('ask @org/team about #7: ${HOME}, and see https://example.com.'))]),
    'ask `@org/team` about `#7:` `${HOME},` and see `https://example.com.`\n',
  );
});

test('spans of code of nothing, or side by side, make no other span', () => {
  const page = renderMarkdown([
    paragraph(code(''), text(' → '), code(' '), text('x'), code('a'), code('b`'), text('#1')),
  ]);
  assert.deepEqual(
    nodesOf(treeOf(page)).flatMap((node) => (node.type === 'inlineCode' ? [node.value] : [])),
    ['ab`#1'],
  );
});
