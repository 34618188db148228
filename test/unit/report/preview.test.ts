import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PreviewFact, RemovalFact } from '../../../src/preview/facts.ts';
import { JOB_SUMMARY, renderPage } from '../../../src/report/page.ts';
import { previewEntry, previewSection } from '../../../src/report/preview.ts';
import { describeRemovals, removalEntries, removalLines, removalSection } from '../../../src/report/removals.ts';

const PREVIEW: PreviewFact = {
  namespace: 'shop-pr-7',
  app: 'shop',
  pullRequest: 7,
  url: 'https://shop-pr-7.example.com/',
  expiresAt: '2026-11-29T14:05:06.000Z',
  state: 'deployed',
};

const removal = (number: number, more: Partial<RemovalFact> = {}): RemovalFact => ({
  namespace: `shop-pr-${number}`,
  app: 'shop',
  pullRequest: number,
  why: 'closed',
  outcome: 'removed',
  detail: undefined,
  ...more,
});

const page = (section: ReturnType<typeof previewSection>): string => renderPage([section], JOB_SUMMARY);
const plain = (markdown: string): string => markdown.replaceAll(/[ -]+\|/g, ' |').replaceAll(/\| +/g, '| ');

test('the summary says where a preview is and how long, or what became of it', () => {
  assert.equal(
    page(previewSection(PREVIEW)),
    '### Preview\n\nThe preview of pull request 7 is in the namespace shop-pr-7, and lives until 2026-11-29 14:05 UTC.\n\nIt is found at <https://shop-pr-7.example.com/>.\n',
  );
  assert.equal(
    page(previewSection({ ...PREVIEW, url: undefined, expiresAt: undefined })),
    '### Preview\n\nThe preview of pull request 7 is in the namespace shop-pr-7.\n',
  );
  for (const [state, says] of [
    ['destroyed', 'The preview of pull request 7, the namespace shop-pr-7, was removed.'],
    ['closed', 'Pull request 7 was closed meanwhile: its namespace shop-pr-7 is removed.'],
    ['would-be-destroyed', 'The preview of pull request 7, the namespace shop-pr-7, would be removed.'],
    ['planned', 'The namespace of the preview of pull request 7 is shop-pr-7.'],
    ['absent', 'Pull request 7 has no preview: there is no namespace shop-pr-7.'],
    [
      'unseen',
      'The preview of pull request 7, the namespace shop-pr-7, was deleted; whether it is gone could not be seen.',
    ],
    ['left', 'The preview of pull request 7, the namespace shop-pr-7, is still there.'],
  ] as const) {
    assert.equal(page(previewSection({ ...PREVIEW, state })), `### Preview\n\n${says}\n`);
  }
});

test('what became of previews is counted in one sentence', () => {
  const facts = [
    removal(1),
    removal(2),
    removal(3, { outcome: 'stuck' }),
    removal(4, { outcome: 'kept' }),
    removal(5, { outcome: 'kept' }),
    removal(6, { outcome: 'gone' }),
  ];
  assert.equal(describeRemovals(facts), '2 previews were removed, 1 is stuck, 1 was gone already, 2 stay');
  assert.equal(describeRemovals([removal(1, { outcome: 'would-be-removed' })]), '1 preview would be removed');
  assert.equal(describeRemovals([removal(1, { outcome: 'kept' })]), '1 preview stays');
  assert.equal(
    describeRemovals([removal(1, { outcome: 'stuck' }), removal(2, { outcome: 'stuck' })]),
    '2 previews are stuck',
  );
  assert.equal(describeRemovals([]), 'there is no preview');
});

test('the table begins with what needs a look, and the log has the same lines', () => {
  const facts = [
    removal(1, { why: 'open', outcome: 'kept', detail: 'until 2026-11-29T14:05:06.000Z' }),
    removal(2),
    removal(3, { why: 'expired', outcome: 'stuck', detail: 'pods remain' }),
    removal(4, { why: 'unclear', pullRequest: undefined, outcome: 'kept' }),
  ];
  assert.equal(
    plain(page(removalSection(facts))),
    [
      '### Previews',
      '',
      '| namespace | pull request | what | why |',
      '| | | | |',
      '| `shop-pr-3` | 3 | ❌ stuck | open, expired: pods remain |',
      '| `shop-pr-2` | 2 | 🗑️ removed | closed |',
      '| `shop-pr-1` | 1 | stays | open: until 2026-11-29 14:05 UTC |',
      '| `shop-pr-4` | not known | stays | not known |',
      '',
    ].join('\n'),
  );
  assert.deepEqual(removalLines(facts), [
    'stuck            shop-pr-3 (pull request 3: open, expired): pods remain',
    'removed          shop-pr-2 (pull request 2: closed)',
    'kept             shop-pr-1 (pull request 1: open): until 2026-11-29T14:05:06.000Z',
    'kept             shop-pr-4 (pull request not known: not known)',
  ]);
  assert.equal(page(removalSection([])), '');
});

test('programs are told everything, in the order of the namespaces', () => {
  assert.deepEqual(removalEntries([removal(1)]), [
    { namespace: 'shop-pr-1', app: 'shop', pullRequest: 1, why: 'closed', outcome: 'removed', detail: undefined },
  ]);
  assert.deepEqual(previewEntry(PREVIEW), { ...PREVIEW });
});

test('what a cluster or GitHub says cannot break the table or the log', () => {
  for (const nasty of [
    'a | b',
    '<img src=x>',
    '`',
    '```',
    '[x](https://evil.example)',
    '::error::x',
    '##[error]x',
    'a\n\n# title',
    '@all',
  ]) {
    const fact = removal(1, { namespace: nasty, outcome: 'kept', detail: nasty });
    const rows = page(removalSection([fact, removal(2)]))
      .split('\n')
      .filter((line) => line.startsWith('|'));
    assert.equal(rows.length, 4, nasty);
    for (const row of rows) {
      assert.equal(row.split(/(?<!\\)\|/).length, 6, `${nasty}: ${row}`);
      assert.doesNotMatch(row.replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/g, ''), /(?<!\\)<img|(?<!\\)\[x\]\(/);
    }
    const lines = removalLines([{ ...fact, namespace: nasty, detail: nasty }]);
    assert.equal(lines.join('').includes('\n'), false);
    assert.doesNotMatch(lines.join(''), /##\[/);
  }
  assert.doesNotMatch(page(previewSection({ ...PREVIEW, url: 'javascript:alert(1)' })), /\]\(|<javascript/);
});

test('of very many previews as many as there is room for are shown', () => {
  const facts = Array.from({ length: 9000 }, (_, index) =>
    removal(index + 1, { outcome: 'kept', detail: 'x'.repeat(200) }),
  );
  const markdown = page(removalSection(facts));
  assert.ok(Buffer.byteLength(markdown) <= JOB_SUMMARY.most);
  assert.match(markdown, /more previews are in the log\./);
});
