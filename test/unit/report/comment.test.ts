import assert from 'node:assert/strict';
import { test } from 'node:test';
import { previewComment } from '../../../src/report/comment-preview.ts';
import { planComment } from '../../../src/report/comment-plan.ts';
import { deployComment } from '../../../src/report/comment.ts';
import { concludePlan } from '../../../src/report/outcome.ts';
import { badRollout, factsOf, outcomeOf, podGroup, SHA, workloadFact } from '../../support/outcomes.ts';
import { diffOf, HASH, planOf } from './plan-facts.ts';

const ABOUT = {
  app: 'shop',
  environment: 'prod',
  namespace: 'shop-prod',
  url: 'https://shop.example.com/',
  runUrl: 'https://github.com/org/app/actions/runs/1',
  sha: SHA,
  updatedAtMilliseconds: Date.parse('2026-11-22T14:05:59Z'),
};
const FOOTER =
  '`shop` to `prod`, namespace `shop-prod` · commit `abcdef0` · [run and log](https://github.com/org/app/actions/runs/1) · updated 2026-11-22 14:05 UTC\n';
const PREVIEW = {
  namespace: 'shop-pr-7',
  app: 'shop',
  pullRequest: 7,
  url: 'https://pr-7.example.com/',
  expiresAt: '2026-11-29T14:05:59.000Z',
  state: 'deployed',
} as const;

const failure = outcomeOf({
  workloads: [
    workloadFact('server', {
      outcome: badRollout('server', 'failed', 'DB_URL is not set', { groups: [podGroup(['Error: x'])] }),
    }),
  ],
});

test('the comment about a deploy has verdict, address, workloads, and where it comes from', () => {
  assert.equal(
    deployComment(outcomeOf(), ABOUT),
    [
      '### ✅ Deployed abcdef0: rolled out deployment/server (new revision), 1 object changed',
      '<https://shop.example.com/>',
      '### Workloads in shop',
      '| workload | change | before → after | rollout | seconds |\n| - | - | - | - | - |\n| deployment/server | new revision | | ✅ 1 of 1 updated and available | 1.3 |',
      FOOTER,
    ].join('\n\n'),
  );
});

test('the comment about a failure has what the pods say', () => {
  const comment = deployComment(failure, ABOUT);
  assert.match(comment, /^### ❌ deployment\/server did not roll out: DB\\?_URL is not set$/m);
  assert.match(comment, /^<details><summary>What the pods of deployment\/server say<\/summary>$/m);
  assert.match(comment, /^ +\| Error: x$/m);
});

test('what is not known is left out', () => {
  const comment = deployComment(outcomeOf(), {
    ...ABOUT,
    environment: undefined,
    namespace: undefined,
    url: undefined,
    runUrl: '',
    sha: undefined,
  });
  assert.ok(comment.endsWith('\n\n`shop` · updated 2026-11-22 14:05 UTC\n'), comment);
  assert.doesNotMatch(comment, /<https/);
});

test('the comment about a plan has what would change, folded diffs, and the hash in a block', () => {
  const plan = planOf({ diffs: [diffOf('change', 'a'), diffOf('none', 'b')] });
  const comment = planComment(concludePlan(factsOf({ plan }), false), ABOUT);
  assert.match(comment, /^### ✅ 1 object would change$/m);
  assert.match(comment, /^<details><summary>change ConfigMap\/a in shop<\/summary>\n\n```diff$/m);
  assert.ok(comment.includes(`\`\`\`yaml\nplan-hash: ${HASH}\n\`\`\`\n\n${FOOTER}`), comment);
});

for (const [when, comment, says] of [
  [
    'that is ready',
    previewComment(outcomeOf(), PREVIEW, ABOUT),
    [
      /^### ✅ Deployed abcdef0/m,
      /^<https:\/\/pr-7\.example\.com\/>$/m,
      /^The preview of pull request 7 is in the namespace shop-pr-7\. It lives until 2026-11-29 14:05 UTC; each deploy prolongs that\.$/m,
    ],
  ],
  [
    'that failed',
    previewComment(failure, { ...PREVIEW, expiresAt: undefined }, ABOUT),
    [/^### ❌ /m, /shop-pr-7, and may run an earlier commit or none\.$/m, /^<details>/m],
  ],
  [
    'that is gone',
    previewComment(outcomeOf({ workloads: [], objects: [] }), { ...PREVIEW, state: 'destroyed' }, ABOUT),
    [/^The preview of pull request 7, the namespace shop-pr-7, was removed\.$/m],
  ],
  [
    'that was not changed',
    previewComment(failure, { ...PREVIEW, expiresAt: undefined, state: 'planned' }, ABOUT),
    [/^### ❌ /m, /^The namespace of the preview of pull request 7 is shop-pr-7\.$/m],
  ],
  [
    'of a pull request that was closed meanwhile',
    previewComment(outcomeOf(), { ...PREVIEW, state: 'closed' }, ABOUT),
    [/^Pull request 7 was closed meanwhile: its namespace shop-pr-7 is removed\.$/m],
  ],
] as const) {
  test(`the comment about a preview ${when}`, () => {
    for (const pattern of says) {
      assert.match(comment, pattern);
    }
    assert.ok(comment.endsWith(FOOTER), comment);
  });
}

test('a preview that is gone has no address', () => {
  assert.doesNotMatch(previewComment(outcomeOf(), { ...PREVIEW, state: 'destroyed' }, ABOUT), /<https/);
});
