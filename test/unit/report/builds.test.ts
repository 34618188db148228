import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildAnnotations, buildEntries, buildLines, buildSection, describeCache } from '../../../src/report/builds.ts';
import { renderMarkdown } from '../../../src/report/markdown.ts';
import { concludeRollouts } from '../../../src/report/outcome.ts';
import { report } from '../../../src/report/report.ts';
import { describeSuccess } from '../../../src/report/verdict.ts';
import { NO_FACTS } from '../../../src/report/facts.ts';
import type { BuiltImage } from '../../../src/values/built-image.ts';
import { parseImageReference } from '../../../src/values/image.ts';
import { FakeUi } from '../../support/fake-ui.ts';

const DIGEST = `sha256:${'5e'.repeat(32)}`;
const reference = (name: string): string => `ghcr.io/org/${name}:v1@${DIGEST}`;

function built(name: string, more: Partial<BuiltImage> = {}): BuiltImage {
  return { image: parseImageReference(reference(name)), how: 'built', tags: [], cache: undefined, advice: [], ...more };
}

/** Without the blanks that only line the columns up. */
const sectionOf = (...builds: readonly BuiltImage[]): string =>
  renderMarkdown(buildSection(builds)).replaceAll(/ +\|/g, ' |').replaceAll(/\| +/g, '| ');

const ADVICE = [
  { message: 'JSONArgsRecommended: use JSON.', hint: 'https://example.com/check', file: 'app/Dockerfile', line: 4 },
  { message: 'The image runs as root', hint: 'Give it a user', file: 'app/Dockerfile' },
  { message: 'It is large', hint: 'Make it small' },
];

describe('what came from the cache', () => {
  for (const [says, cache, text] of [
    ['nothing is known', undefined, ''],
    ['all', { steps: 2, cached: 2, firstMiss: undefined, because: undefined }, '2 of 2 steps from the cache'],
    [
      'the first that did not',
      { steps: 3, cached: 1, firstMiss: '[2/3] RUN npm ci', because: undefined },
      '1 of 3 steps from the cache; the first that was not: [2/3] RUN npm ci',
    ],
    [
      'why it did not',
      { steps: 3, cached: 0, firstMiss: '[1/3] RUN a', because: 'there was no cache yet: app:cache' },
      '0 of 3 steps from the cache; the first that was not: [1/3] RUN a (there was no cache yet: app:cache)',
    ],
  ] as const) {
    test(says, () => assert.equal(describeCache(cache), text));
  }
});

test('the log has each image with how it came about, its other tags, and hints that have no place in a file', () => {
  const cache = { steps: 2, cached: 2, firstMiss: undefined, because: undefined };
  assert.deepEqual(
    buildLines([
      built('app', { cache, tags: ['ghcr.io/org/app:1', 'ghcr.io/org/app:latest'], advice: ADVICE }),
      built('agent', { how: 'reused' }),
      built('web', { how: 'raced' }),
    ]),
    [
      `${reference('app')}: built, 2 of 2 steps from the cache`,
      '  also ghcr.io/org/app:1',
      '  also ghcr.io/org/app:latest',
      'hint: It is large. Make it small',
      `${reference('agent')}: was built before`,
      `${reference('web')}: another run of this commit was quicker`,
    ],
  );
});

describe('the summary', () => {
  test('has a row for each image and, below, all advice with its place', () => {
    const section = sectionOf(
      built('app', { tags: ['ghcr.io/org/app:1', 'ghcr.io/org/app:latest'], advice: ADVICE }),
      built('agent', { how: 'reused' }),
    );
    for (const line of [
      '### Images',
      `| \`ghcr.io/org/app:v1\` | built | | \`ghcr.io/org/app:1\`, \`ghcr.io/org/app:latest\` |`,
      `| \`ghcr.io/org/agent:v1\` | was built before | | |`,
      '- app/Dockerfile:4: JSONArgsRecommended: use JSON. `https://example.com/check`',
      '- app/Dockerfile: The image runs as root. Give it a user',
      '- It is large. Make it small',
    ]) {
      assert.ok(section.includes(line), `${line}\nis not in\n${section}`);
    }
  });

  test('is not broken by what a step is called', () => {
    const firstMiss = '[2/3] RUN echo `date` | tee a | cat <b>\n| c | d |';
    const section = sectionOf(built('app', { cache: { steps: 3, cached: 1, firstMiss, because: undefined } }));
    const rows = section.split('\n').filter((line) => line.startsWith('|'));
    assert.equal(rows.length, 3, section);
    const cells = (rows[2] ?? '').replaceAll(String.raw`\|`, '').split('|');
    assert.equal(cells.length, 5, section);
    assert.ok(!section.includes('<b>') || section.includes(String.raw`\<b>`), section);
  });

  test('has no column of tags where no image has another one', () => {
    assert.match(sectionOf(built('app')), /^\| image \| how \| cache \|$/m);
  });

  test('has nothing to say when nothing was built', () => assert.equal(sectionOf(), ''));
});

test('advice with a place is a warning there, and advice without one is none', () => {
  assert.deepEqual(buildAnnotations([built('app', { advice: ADVICE })]), [
    {
      level: 'warning',
      title: 'k8s-deploy: build',
      message: 'JSONArgsRecommended: use JSON. https://example.com/check',
      file: 'app/Dockerfile',
      line: 4,
    },
    {
      level: 'warning',
      title: 'k8s-deploy: build',
      message: 'The image runs as root. Give it a user',
      file: 'app/Dockerfile',
      line: undefined,
    },
  ]);
});

test('the report has everything of each image', () => {
  const [entry] = buildEntries([built('app', { tags: ['ghcr.io/org/app:1'], advice: ADVICE.slice(2) })]);
  assert.deepEqual(entry, {
    reference: reference('app'),
    how: 'built',
    tags: ['ghcr.io/org/app:1'],
    cache: undefined,
    advice: [{ message: 'It is large', hint: 'Make it small', file: undefined, line: undefined }],
  });
});

describe('the verdict of a run that only builds', () => {
  for (const [hows, verdict] of [
    [['built'], 'Built and pushed the image of abcdef0'],
    [['reused'], 'The image of abcdef0 was built before'],
    [['raced'], 'Another run was quicker to push the image of abcdef0'],
    [['built', 'built'], 'Built and pushed 2 images of abcdef0'],
    [['built', 'reused'], 'Built and pushed 1 image of abcdef0 (1 was built before)'],
    [['built', 'built', 'reused', 'reused'], 'Built and pushed 2 images of abcdef0 (2 were built before)'],
    [['built', 'raced'], 'Built and pushed 1 image of abcdef0 (1 was built before)'],
    [['reused', 'reused', 'reused'], 'The 3 images of abcdef0 were built before'],
    [['reused', 'raced'], 'The 2 images of abcdef0 were built before'],
  ] as const) {
    test(hows.join(', '), () => {
      const builds = hows.map((how, index) => built(`app${index}`, { how }));
      assert.equal(describeSuccess({ ...NO_FACTS, sha: 'abcdef0123456789', builds }), verdict);
    });
  }
});

test('never more than ten warnings: the runner would show no more', async () => {
  const advice = Array.from({ length: 14 }, (_, index) => ({ message: `check ${index}`, file: 'Dockerfile', line: 1 }));
  const outcome = concludeRollouts({ ...NO_FACTS, builds: [built('app', { advice })] });
  const ui = new FakeUi();
  await report(outcome, ui);
  assert.equal(ui.annotations.filter(({ level }) => level === 'warning').length, 10);
});
