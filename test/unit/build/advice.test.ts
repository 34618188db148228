import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { adviceOn, practiceAdvice, type Practice } from '../../../src/build/advice.ts';
import { buildChecks } from '../../../src/build/checks.ts';
import { formatProblem } from '../../../src/errors.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { PLAN } from './registry-scene.ts';

const DOCKERFILE = `# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM node:24-slim AS deps
COPY package.json .
USER root
FROM docker.io/library/busybox
COPY --from=deps /app /app
COPY --chown=1000 . /app
USER node
`;

const GOOD: Practice = {
  dockerfile: 'server/Dockerfile',
  text: DOCKERFILE,
  context: 'server',
  hasIgnoreFile: true,
  contextBytes: 1000,
  bases: ['docker.io/library/node:24-slim'],
  user: 'node',
};
const lines = (over: Partial<Practice>): readonly string[] => practiceAdvice({ ...GOOD, ...over }).map(formatProblem);

describe('good practice', () => {
  test('has nothing to say about a good build', () => assert.deepEqual(lines({}), []));

  test('a context without .dockerignore, at the line that copies all of it', () => {
    assert.deepEqual(lines({ hasIgnoreFile: false }), [
      'server/Dockerfile:7: The build context server has no .dockerignore',
    ]);
    assert.deepEqual(lines({ hasIgnoreFile: false, text: 'FROM scratch' }), [
      'server/Dockerfile: The build context server has no .dockerignore',
    ]);
  });

  test('a context over 100 MB', () => {
    assert.deepEqual(lines({ contextBytes: 100e6 }), []);
    assert.deepEqual(lines({ contextBytes: 120_520_000 }), [
      'server/Dockerfile: 121 MB of the build context server were sent',
    ]);
  });

  for (const [base, text, line] of [
    [
      'docker.io/library/busybox:latest',
      DOCKERFILE,
      'server/Dockerfile:5: The base image busybox has no fixed version (latest)',
    ],
    [
      'docker.io/org/app:latest',
      'FROM org/app:latest AS x',
      'server/Dockerfile:1: The base image org/app has no fixed version (latest)',
    ],
    [
      'ghcr.io/org/app:latest',
      'from  ghcr.io/org/app',
      'server/Dockerfile:1: The base image ghcr.io/org/app has no fixed version (latest)',
    ],
    [
      'localhost:5000/app',
      'ARG B=localhost:5000/app\nFROM $B',
      'server/Dockerfile: The base image localhost:5000/app has no fixed version (latest)',
    ],
  ] as const) {
    test(`a base image ${base}`, () => assert.deepEqual(lines({ bases: [base], text }), [line]));
  }

  for (const base of ['docker.io/library/node:24', `node@sha256:${'a'.repeat(64)}`, 'localhost:5000/app:1']) {
    test(`${base} has a fixed version`, () => assert.deepEqual(lines({ bases: [base] }), []));
  }

  for (const user of ['', 'root', '0', '0:0', 'root:root', ':1000']) {
    test(`the user "${user}" is root, at the last USER or FROM`, () => {
      assert.deepEqual(lines({ user }), ['server/Dockerfile:8: The image runs as root']);
      assert.deepEqual(lines({ user, text: 'FROM a\nFROM b\nRUN c' }), ['server/Dockerfile:2: The image runs as root']);
    });
  }

  for (const user of ['1000', 'node', 'rooted', '01', undefined]) {
    test(`the user "${user ?? 'nobody knows'}" is not`, () => assert.deepEqual(lines({ user }), []));
  }
});

describe('what is there is looked up', () => {
  const facts = { contextBytes: 0, bases: [] };
  for (const [says, files, count] of [
    ['no ignore file', {}, 1],
    ['one in the context', { '/checkout/server/.dockerignore': '' }, 0],
    ['one beside the Dockerfile', { '/checkout/server/Dockerfile.dockerignore': '' }, 0],
    ['one that is nobody’s', { '/checkout/.dockerignore': '' }, 1],
  ] as const) {
    test(says, async () => {
      const ports = fakePorts({ files: memoryFiles(files) });
      assert.equal((await adviceOn(PLAN, facts, { user: '1' }, ports)).length, count);
    });
  }

  test('a Dockerfile that cannot be read is no failure', async () => {
    const ports = fakePorts({ files: memoryFiles({}) });
    assert.deepEqual((await adviceOn(PLAN, facts, { user: '' }, ports)).map(formatProblem), [
      'server/Dockerfile: The build context server has no .dockerignore',
      'server/Dockerfile: The image runs as root',
    ]);
  });
});

/** As buildx v0.36.1 writes it. */
const warning = (short: string, line: number): object => ({
  vertex: 'sha256:3b93',
  level: 1,
  short: Buffer.from(`${short} (line ${line})`).toString('base64'),
  detail: ['U3RhZ2UgbmFtZXMgc2hvdWxkIGJlIGxvd2VyY2FzZQ=='],
  url: 'https://docs.docker.com/go/dockerfile/rule/x/',
  sourceInfo: { filename: 'Dockerfile', data: 'RlJPTSBh', language: 'Dockerfile' },
  range: [{ start: { line }, end: { line } }],
});

describe('build checks', () => {
  test('are problems at their lines, each once, with their page as hint', () => {
    const found = [
      warning('JSONArgsRecommended: JSON arguments recommended for CMD', 7),
      warning("StageNameCasing: Stage name 'Base' should be lowercase", 1),
    ];
    const metadata = JSON.stringify({ 'buildx.build.warnings': [...found, ...found] });
    const problems = buildChecks(metadata, 'server/Dockerfile');
    assert.deepEqual(problems.map(formatProblem), [
      "server/Dockerfile:1: StageNameCasing: Stage name 'Base' should be lowercase",
      'server/Dockerfile:7: JSONArgsRecommended: JSON arguments recommended for CMD',
    ]);
    assert.equal(problems[0]?.hint, 'https://docs.docker.com/go/dockerfile/rule/x/');
  });

  for (const text of ['', '{', '[]', '{}', '{"buildx.build.warnings":[{}]}', '{"buildx.build.warnings":"x"}']) {
    test(`${text} has none`, () => assert.deepEqual(buildChecks(text, 'Dockerfile'), []));
  }
});
