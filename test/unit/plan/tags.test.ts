import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TagFacts } from '../../../src/plan/tag-facts.ts';
import { tagsOf } from '../../../src/plan/tags.ts';
import { parseTagRule } from '../../../src/values/tag-rule.ts';
import { ROOT } from '../../support/source-files.ts';

const SHA = '860c1904a1ce19322e91ac35af1ab07466440c37';

const PUSH: TagFacts = {
  event: 'push',
  ref: 'refs/heads/main',
  sha: SHA,
  isDirty: false,
  defaultBranch: 'main',
  baseRef: '',
  nowMilliseconds: Date.UTC(2020, 0, 10, 0, 30, 0),
  committedAtMilliseconds: Date.UTC(2019, 11, 31, 15, 5, 7),
};
const BRANCH = { ...PUSH, ref: 'refs/heads/my/branch' };
const PULL = { ...PUSH, event: 'pull_request', ref: 'refs/pull/2/merge', baseRef: 'main' };
const SCHEDULE = { ...PUSH, event: 'schedule' };
const tagged = (tag: string): TagFacts => ({ ...PUSH, ref: `refs/tags/${tag}` });
const DIRTY = { ...PUSH, isDirty: true };

const tags = (lines: string, facts: TagFacts): readonly string[] => {
  const made = tagsOf(lines.split('\n').map(parseTagRule), facts);
  assert.deepEqual(made.problems, []);
  return made.tags;
};

const problem = (line: string, facts: TagFacts): string => {
  const made = tagsOf([parseTagRule(line)], facts);
  assert.deepEqual(made.tags, []);
  return made.problems.map(({ message }) => message).join();
};

/** The examples of docker/metadata-action's own documentation are among these. */
const TABLE: readonly (readonly [line: string, facts: TagFacts, tags: readonly string[]])[] = [
  ['type=sha', PUSH, ['sha-860c190']],
  ['type=sha,format=long', PUSH, [`sha-${SHA}`]],
  ['type=sha,prefix=,suffix=-x', PUSH, ['860c190-x']],
  ['type=sha', DIRTY, ['sha-860c190-dirty']],
  ['type=raw,value={{sha}}', DIRTY, ['860c190-dirty']],
  ['type=ref,event=branch', PUSH, ['main']],
  ['type=ref,event=branch', BRANCH, ['my-branch']],
  ['type=ref,event=branch', PULL, []],
  ['type=ref,event=branch', tagged('v1.2.3'), []],
  ['type=ref,event=tag', tagged('v2.0.8-beta.67'), ['v2.0.8-beta.67']],
  ['type=ref,event=tag', PUSH, []],
  ['type=ref,event=pr', PULL, ['pr-2']],
  ['type=ref,event=pr,prefix=pull-', PULL, ['pull-2']],
  ['type=ref,event=pr', PUSH, []],
  ['type=semver,pattern={{raw}}', tagged('v1.2.3'), ['v1.2.3']],
  ['type=semver,pattern={{version}}', tagged('v1.2.3'), ['1.2.3']],
  ['type=semver,pattern={{major}}.{{minor}}', tagged('v1.2.3'), ['1.2']],
  ['type=semver,pattern=v{{major}}', tagged('v1.2.3'), ['v1']],
  ['type=semver,pattern={{minor}}', tagged('v1.2.3'), ['2']],
  ['type=semver,pattern={{ patch }}', tagged('v1.2.3'), ['3']],
  [String.raw`type=semver,pattern={{version}},match=v(\d.\d.\d)$`, tagged('p1/v1.2.3'), ['1.2.3']],
  ['type=semver,pattern={{raw}}', tagged('v2.0.8-beta.67'), ['v2.0.8-beta.67']],
  ['type=semver,pattern={{version}}', tagged('v2.0.8-beta.67'), ['2.0.8-beta.67']],
  ['type=semver,pattern={{major}}', tagged('v2.0.8-beta.67'), ['2.0.8-beta.67']],
  ['type=semver,pattern={{major}}.{{minor}}', tagged('v2.0.8-beta.67'), ['2.0.8-beta.67']],
  ['type=semver,pattern={{version}},value=v1.0.0+b.1', PUSH, ['1.0.0']],
  ['type=semver,pattern={{version}}', tagged('release-7'), []],
  ['type=semver,pattern={{version}}', tagged('v01.2.3'), []],
  ['type=semver,pattern={{version}}', PUSH, []],
  ['type=pep440,pattern={{raw}}', tagged('v1.2.3rc2'), ['v1.2.3rc2']],
  ['type=pep440,pattern={{version}}', tagged('v1.2.3'), ['1.2.3']],
  ['type=pep440,pattern={{major}}.{{minor}}', tagged('1.2.3'), ['1.2']],
  ['type=pep440,pattern={{major}}.{{minor}}.{{patch}}', tagged('7'), ['7.0.0']],
  ['type=pep440,pattern={{major}}.{{minor}}', tagged('1.2.3rc2'), ['1.2.3rc2']],
  ['type=pep440,pattern={{major}}.{{minor}}', tagged('1.2.3post1'), ['1.2.3.post1']],
  ['type=pep440,pattern={{major}}.{{minor}}', tagged('1.2.3beta2'), ['1.2.3b2']],
  ['type=pep440,pattern={{major}}.{{minor}}', tagged('1.0dev4'), ['1.0.dev4']],
  ['type=pep440,pattern={{version}}', tagged('1!2.0-1'), ['1-2.0.post1']],
  ['type=pep440,pattern={{version}}', tagged('one'), []],
  [String.raw`type=match,pattern=\d.\d.\d`, tagged('v1.2.3'), ['1.2.3']],
  ['type=match,pattern=v(.*),group=1', tagged('v2.0.8-beta.67'), ['2.0.8-beta.67']],
  [String.raw`type=match,pattern=v(\d.\d),group=1`, tagged('v2.0.8-beta.67'), ['2.0']],
  [String.raw`type=match,pattern=\d+`, tagged('20200110-RC2'), ['20200110']],
  [String.raw`type=match,pattern=/RC\d/i`, tagged('20200110-rc2'), ['rc2']],
  ['type=match,pattern=v(.*),group=1,value=v1.0.0', PUSH, ['1.0.0']],
  ['type=match,pattern=x(.*),group=1', tagged('v1'), []],
  ['type=schedule', SCHEDULE, ['nightly']],
  ['type=schedule', PUSH, []],
  ["type=schedule,pattern={{date 'YYYYMMDD'}}", SCHEDULE, ['20200110']],
  ["type=schedule,pattern={{date 'YYYYMMDD-HHmmss' tz='Asia/Tokyo'}}", SCHEDULE, ['20200110-093000']],
  ["type=schedule,pattern={{commit_date 'YY.M.D'}}", SCHEDULE, ['19.12.31']],
  ['type=edge', PUSH, ['edge']],
  ['type=edge', BRANCH, []],
  ['type=edge,branch=my/branch', BRANCH, ['edge']],
  ['type=edge', tagged('v1'), []],
  ['type=raw,value=foo', PUSH, ['foo']],
  ['type=raw,foo', PUSH, ['foo']],
  ['foo', PUSH, ['foo']],
  ['type=raw,"value=a,b"', PUSH, ['a-b']],
  ['type=raw,value=mytag-{{branch}}-{{sha}}', BRANCH, ['mytag-my-branch-860c190']],
  ['type=raw,value={{tag}}', tagged('v1.2.3'), ['v1.2.3']],
  ['type=raw,value={{tag}}', PUSH, []],
  ['type=raw,value={{base_ref}}', PULL, ['main']],
  ['type=raw,value={{base_ref}}', PUSH, []],
  ['type=raw,value=latest,enable={{is_default_branch}}', PUSH, ['latest']],
  ['type=raw,value=latest,enable={{is_default_branch}}', BRANCH, []],
  ['type=raw,value=latest,enable={{is_default_branch}}', { ...SCHEDULE, defaultBranch: undefined }, ['latest']],
  ['type=raw,value=x,enable={{is_not_default_branch}}', BRANCH, ['x']],
  ['type=raw,value=x,enable=false', PUSH, []],
  ["type=raw,value={{commit_date 'YYYY-MM-DDTHH-mm-ss' tz='Europe/Berlin'}}", PUSH, ['2019-12-31T16-05-07']],
  ["type=raw,value={{commit_date 'X'}}", { ...PUSH, committedAtMilliseconds: undefined }, ['1578616200']],
  ['type=sha,prefix={{branch}}-', BRANCH, ['my-branch-860c190']],
];

for (const [line, facts, expected] of TABLE) {
  test(`${line} of ${facts.event} ${facts.ref}: ${expected.length === 0 ? 'no tag' : expected.join()}`, () => {
    assert.deepEqual(tags(line, facts), expected);
  });
}

test('tags are in the order of their priority, then as written, and each is there once', () => {
  const lines = 'type=sha\nb\na\ntype=ref,event=branch\nmain\ntype=raw,value=first,priority=2000';
  assert.deepEqual(tags(lines, PUSH), ['first', 'main', 'b', 'a', 'sha-860c190']);
});

const HINT = 'A tag has up to 128 of a-z, A-Z, 0-9, _ . and -, and begins with neither . nor -.';

test('what cannot be a tag is a problem that names the line', () => {
  assert.equal(problem('type=raw,value=/x', PUSH), 'tags: "type=raw,value=/x" makes "-x", which is not a tag');
  assert.match(problem(`type=raw,value=${'x'.repeat(129)}`, PUSH), /which is not a tag$/);
  assert.equal(
    problem('type=raw,value=x,enable={{branch}}', PUSH),
    'tags: "type=raw,value=x,enable={{branch}}" enable is "main", neither true nor false',
  );
  assert.equal(
    problem('type=semver,pattern={{version}},value=1.2', PUSH),
    'tags: "type=semver,pattern={{version}},value=1.2" has the value "1.2", which is no version',
  );
  assert.equal(tagsOf([parseTagRule('.x')], PUSH).problems[0]?.hint, HINT);
});

test('every line of docs/tags.md is understood', () => {
  const text = readFileSync(join(ROOT, 'docs/tags.md'), 'utf8');
  const inBlocks = [...text.matchAll(/^ {2}tags: \|\n((?: {4}.*\n)+)/gm)].flatMap(([, lines = '']) =>
    lines.split('\n'),
  );
  const inTables = [...text.matchAll(/`((?:type=[a-z0-9]+)[^`]*)`/g)].map(([, line = '']) => line);
  const lines = [...inBlocks, ...inTables].map((line) =>
    // GitHub fills in its own expressions before the step begins.
    line
      .trim()
      .replaceAll(String.raw`\|`, '|')
      .replaceAll(/\$\{\{.*?\}\}/g, '1.4'),
  );
  const rules = lines.filter((line) => line !== '' && !line.startsWith('#'));
  assert.ok(rules.length > 25, `only ${rules.length} lines`);
  rules.forEach((line) => assert.doesNotThrow(() => parseTagRule(line), line));
});
