import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JOB_SUMMARY, renderPage } from '../../../src/report/page.ts';
import type { PlanFact } from '../../../src/report/plan-fact.ts';
import { planSections } from '../../../src/report/plan-sections.ts';
import { diffOf, HASH, imageOf, planOf, workload } from './plan-facts.ts';

const pageOf = (more: Partial<PlanFact>): string => renderPage(planSections(planOf(more)), JOB_SUMMARY);

test('the page has objects, images, restarts, a coloured diff for each object, and the hash', () => {
  const page = pageOf({
    diffs: [diffOf('change', 'a'), diffOf('none', 'b'), diffOf('none', 'c'), diffOf('delete', 'd')],
    images: [imageOf('worker', 'app:1', 'app:2'), imageOf('worker', undefined, 'side:2')],
    restarts: [{ workload: workload('agent'), reason: 'ConfigMap/a changed' }],
  });
  const plain = page.replaceAll(/[ -]+\|/g, ' |').replaceAll(/\| +/g, '| ');
  for (const line of [
    '### Plan',
    '| ConfigMap/a | shop | change | `data.text` |',
    '| ConfigMap/d | shop | delete | |',
    '2 objects stay as they are.',
    '| deployment/worker | shop | app | `1` → `2` |',
    '| deployment/worker | shop | app | `none` → `side:2` |',
    '| deployment/agent | shop | ConfigMap/a changed |',
    '<details><summary>change ConfigMap/a in shop</summary>',
    '@@ data @@\n  data:\n-   text: old\n+   text: new\n',
    `\`\`\`yaml\nplan-hash: ${HASH}\n\`\`\``,
  ]) {
    assert.ok(plain.includes(line), `${line}\nis not in\n${plain}`);
  }
  assert.equal(page.match(/^```diff$/gm)?.length, 2);
  assert.doesNotMatch(plain, /ConfigMap\/b/);
});

test('a plan of nothing says what stays, and has the hash', () => {
  assert.equal(
    pageOf({ diffs: [diffOf('none', 'a')] }),
    `1 object stays as it is.\n\n\`\`\`yaml\nplan-hash: ${HASH}\n\`\`\`\n`,
  );
});

test('of many fields a few are named, and of none it is said why', () => {
  const diff = diffOf('change', 'a');
  const fields = ['a', 'b', 'c', 'd', 'e', 'f'].map((path) => ({
    path,
    kind: 'added' as const,
    before: undefined,
    after: 'x',
  }));
  assert.match(pageOf({ diffs: [{ ...diff, fields }] }), /`a`, `b`, `c`, `d` and 2 more \|/);
  assert.match(pageOf({ diffs: [diffOf('change', 'a', 'x', 'x')] }), /\| no field, only who owns them/);
});

test('no value, name or path can break the page', () => {
  const nasty = [
    'a | b',
    '<img src=x onerror=alert(1)>',
    '```',
    '````',
    '`',
    '</details>',
    '[x](https://evil)',
    '# title',
  ];
  for (const text of nasty) {
    const diff = diffOf('change', text, 'old', `${text}\n${text}\n`);
    const page = pageOf({
      diffs: [
        { ...diff, fields: [{ path: `data.${text}`, kind: 'added', before: undefined, after: text }] },
        diffOf('change', 'last'),
      ],
      images: [imageOf(text, text, text)],
      restarts: [{ workload: workload(text), reason: text }],
    });
    const [row = ''] = page.split('\n').filter((line) => line.startsWith('| ConfigMap/'));
    assert.equal(row.split(/(?<!\\)\|/).length, 6, `${text} made another cell:\n${row}`);
    const outside = page.replaceAll(/^(`{3,})diff\n[\s\S]*?^\1$/gm, '');
    for (const [, title = ''] of outside.matchAll(/^<details><summary>(.*)<\/summary>$/gm)) {
      assert.doesNotMatch(title, /<(?!\/?code>)/, `${text} is markup in a title`);
    }
    // A line that begins with <details> is HTML to its end, where Markdown means nothing.
    const quoted = outside.replaceAll(/^<details>.*$/gm, '').replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
    assert.doesNotMatch(quoted, /(?<!\\)<img|(?<!\\)\[x\]\(|^# title/m, text);
    assert.equal(outside.match(/^<\/details>$/gm)?.length, 2, `${text} closed a fold:\n${page}`);
    assert.match(outside, /^plan-hash: /m, `${text} swallowed the rest`);
  }
});

test('diffs have their room: what is more is in the log, and the page stays whole', () => {
  const large = ['a', 'b', 'c', 'd'].map((name) => diffOf('create', name, '', 'x'.repeat(90_000)));
  const page = pageOf({ diffs: [...large, diffOf('change', 'small')] });
  assert.equal(page.match(/<details>/g)?.length, 3);
  assert.match(page, /^The diffs of 2 more objects are in the log\.$/m);
  assert.match(page, /<summary>change ConfigMap\/small/);
  assert.match(pageOf({ diffs: large.slice(0, 3) }), /^The diff of 1 more object is in the log\.$/m);
});
