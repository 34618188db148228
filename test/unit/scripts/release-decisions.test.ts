import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sectionOf } from '../../../scripts/release/changelog.ts';
import { decideMove } from '../../../scripts/release/moving-tag.ts';
import { problemsWith, type Wish } from '../../../scripts/release/readiness.ts';
import { nameOf, newest, parseVersion } from '../../../scripts/release/version.ts';
import { ROOT } from '../../support/source-files.ts';

const COMMIT = 'c'.repeat(40);
const CHANGELOG = `# Changelog

## Unreleased

- Later

## 1.3.0 - 2026-11-30

### Added

- A thing

## 1.2.0 - 2026-11-01

- An old thing
`;

const run = (conclusion: string | null, start = '2026-11-30T10:00:00Z', sha = COMMIT): unknown => ({
  head_sha: sha,
  conclusion,
  run_started_at: start,
});
const WISH: Wish = {
  version: 'v1.3.0',
  ref: 'refs/heads/main',
  commit: COMMIT,
  packageVersion: '1.3.0',
  changelog: CHANGELOG,
  tags: ['v1', 'v1.2.0', 'v1.2.0-ghes', ''],
  runs: { workflow_runs: [run('success')] },
};

for (const [text, name] of [
  ['v1.2.3', 'v1.2.3'],
  ['v10.0.21', 'v10.0.21'],
  ['1.2.3', undefined],
  ['v1.2', undefined],
  ['v1.2.3-rc.1', undefined],
  ['v01.2.3', undefined],
  ['v1.2.3\n', undefined],
  ['v1.2.3; id', undefined],
] as const) {
  test(`${JSON.stringify(text)} is ${name === undefined ? 'no version' : 'a version'}`, () => {
    const version = parseVersion(text);
    assert.equal(version === undefined ? undefined : nameOf(version), name);
  });
}

test('the newest version is found by numbers, not by letters', () => {
  const versions = ['v1.9.0', 'v1.10.0', 'v1.2.30'].flatMap((text) => parseVersion(text) ?? []);
  assert.deepEqual(newest(versions), { major: 1, minor: 10, patch: 0 });
});

test('the notes of a release are its section of the changelog', () => {
  assert.deepEqual(sectionOf(CHANGELOG, 'v1.3.0'), { kind: 'notes', notes: '### Added\n\n- A thing' });
  assert.deepEqual(sectionOf(CHANGELOG, 'v1.2.0'), { kind: 'notes', notes: '- An old thing' });
  assert.deepEqual(sectionOf('## [1.3.0] - 2026-11-30\n- A thing', 'v1.3.0'), { kind: 'notes', notes: '- A thing' });
});

for (const [what, changelog, why] of [
  ['no section', CHANGELOG.replace('1.3.0', '1.4.0'), 'CHANGELOG.md has no heading "## 1.3.0 - YYYY-MM-DD"'],
  ['a section without a date', '## 1.3.0\n- A thing', 'line 1 of CHANGELOG.md is not "## 1.3.0 - YYYY-MM-DD"'],
  ['a date that is none', '## 1.3.0 - 2026-13-01\n- A thing', 'line 1 of CHANGELOG.md is not "## 1.3.0 - YYYY-MM-DD"'],
  ['an empty section', '## 1.3.0 - 2026-11-30\n\n### Added\n', 'CHANGELOG.md says nothing about 1.3.0'],
  ['two sections', '## 1.3.0 - 2026-11-30\n- A\n## 1.3.0 - 2026-11-30\n- B', 'CHANGELOG.md has 1.3.0 twice'],
  ['a section of 1.3.01 only', '## 1.3.01 - 2026-11-30\n- A', 'CHANGELOG.md has no heading "## 1.3.0 - YYYY-MM-DD"'],
] as const) {
  test(`a changelog with ${what} forbids the release`, () => {
    assert.deepEqual(sectionOf(changelog, 'v1.3.0'), { kind: 'wrong', why });
  });
}

test('a version of a green commit of main, newer than all, with its notes, may be released', () => {
  assert.deepEqual(problemsWith(WISH), []);
});

for (const [what, change, problem] of [
  ['a word', { version: 'latest' }, 'the version "latest" is not like v1.2.3'],
  ['a branch', { ref: 'refs/heads/fix' }, 'releases are made of refs/heads/main, and this is refs/heads/fix'],
  ['another version in package.json', { packageVersion: '1.2.0' }, 'package.json has the version 1.2.0'],
  ['no notes', { changelog: '' }, 'CHANGELOG.md has no heading "## 1.3.0 - YYYY-MM-DD"'],
  ['a tag that is there', { tags: ['v1.3.0'] }, 'v1.3.0 is released already: its tag never moves'],
  ['a newer release', { tags: ['v1.10.0'] }, 'v1.3.0 is older than v1.10.0, which is released'],
  ['a newer major', { tags: ['v2.0.0'] }, 'v1.3.0 is older than v2.0.0, which is released'],
  ['no run', { runs: { workflow_runs: [] } }, `ci has not run on ${COMMIT} after a push to main`],
  [
    'a run of another commit',
    { runs: { workflow_runs: [run('success', '2026-11-30T10:00:00Z', 'd'.repeat(40))] } },
    `ci has not run on ${COMMIT} after a push to main`,
  ],
  ['a red run', { runs: { workflow_runs: [run('failure')] } }, `ci on ${COMMIT} is failure, not success`],
  [
    'a run that was green before it was red',
    { runs: { workflow_runs: [run('failure', '2026-11-30T11:00:00Z'), run('success')] } },
    `ci on ${COMMIT} is failure, not success`,
  ],
  ['a run that is not done', { runs: { workflow_runs: [run(null)] } }, `ci on ${COMMIT} is not done yet, not success`],
] as const) {
  test(`${what} forbids the release`, () => {
    assert.deepEqual(problemsWith({ ...WISH, ...change }), [problem]);
  });
}

test('all that forbids a release is told at once', () => {
  assert.equal(problemsWith({ ...WISH, ref: 'refs/heads/x', packageVersion: '0.0.0', changelog: '' }).length, 3);
});

test('an answer of GitHub that is another one is no permission', () => {
  assert.throws(() => problemsWith({ ...WISH, runs: { message: 'Not Found' } }), /workflow_runs/);
});

const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);
for (const [what, tags, suffix, move] of [
  ['the first release', { 'v1.3.0': NEW }, '', { kind: 'move', tag: 'v1', from: undefined, to: NEW }],
  ['a newer release', { v1: OLD, 'v1.2.9': OLD, 'v1.3.0': NEW }, '', { kind: 'move', tag: 'v1', from: OLD, to: NEW }],
  [
    'a release beside a newer major',
    { v1: OLD, 'v1.3.0': NEW, 'v2.0.0': OLD },
    '',
    { kind: 'move', tag: 'v1', from: OLD, to: NEW },
  ],
  [
    'an older release that is tried again',
    { v1: OLD, 'v1.3.0': NEW, 'v1.10.0': OLD },
    '',
    { kind: 'stay', why: 'v1.10.0 is newer than v1.3.0' },
  ],
  ['a second attempt', { v1: NEW, 'v1.3.0': NEW }, '', { kind: 'stay', why: 'v1 is v1.3.0 already' }],
  ['a version without a tag', { v1: OLD }, '', { kind: 'stay', why: 'v1.3.0 is not released' }],
  [
    'the copy for enterprise servers',
    { v1: OLD, 'v1.3.0': OLD, 'v1.4.0': OLD, 'v1.3.0-ghes': NEW },
    '-ghes',
    { kind: 'move', tag: 'v1-ghes', from: undefined, to: NEW },
  ],
] as const) {
  test(`the tag that people follow, after ${what}: ${move.kind}`, () => {
    const version = { major: 1, minor: 3, patch: 0 };
    assert.deepEqual(decideMove(version, new Map<string, string>(Object.entries(tags)), suffix), move);
  });
}

test('what runs with a token that may write has no packages: these scripts import Node and their own files only', () => {
  const folder = join(ROOT, 'scripts');
  const release = readdirSync(join(folder, 'release')).map((name) => `release/${name}`);
  const imported = [...release, 'stamp-workflows.ts', 'stamp-workflow.ts'].flatMap((file) => {
    const imports = readFileSync(join(folder, file), 'utf8').matchAll(/^(?:import|export)\b[^;]*?from '([^']+)';/gm);
    return [...imports].map(([, from = '']) => `${file}: ${from}`);
  });
  assert.ok(imported.length > 15);
  assert.deepEqual(
    imported.filter((one) => !/: (?:node:[\w/]+|\.\/[\w-]+\.ts)$/.test(one)),
    [],
  );
});
