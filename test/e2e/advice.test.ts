import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { objectsAt, textAt } from '../../src/values/json.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { workloadText } from '../support/workload-text.ts';

/** What a build says about itself: the checks of the real BuildKit, and good practice. Warnings, never a reason to be red. */

let scene: Scene;
before(async () => {
  scene = await openScene('advice');
});
after(async () => scene.close());

/** Builds a folder of the workspace, of a commit of its own. */
function building(context: string, inputs: Readonly<Record<string, string>> = {}): Promise<Deploy> {
  scene.commit();
  return scene.deploy({
    inputs: { image: `${scene.repository}-${context}`, context, namespace: '', kubeconfig: '', ...inputs },
  });
}

/** "bad/Dockerfile:3 JSONArgsRecommended". */
const warnings = ({ annotations }: Deploy): readonly string[] =>
  annotations.map((line) => {
    const [, file = '', , number = '', message = ''] =
      /^::warning title=k8s-deploy%3A build,file=([^,:]+)(,line=(\d+))?::(.*)$/.exec(line) ?? [];
    return `${file}:${number} ${message.replace(/^(\w+): .*$/, '$1')}`;
  });

/** The list below the table of images in the summary. */
const adviceIn = ({ summary }: Deploy): readonly string[] =>
  (/### Images\n\n[^-]*(?:\|.*\n)+\n((?:- .*\n)+)/.exec(summary)?.[1] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('- '))
    .map((line) => line.slice(2).replaceAll('\\', ''));

const adviceInReport = ({ report }: Deploy): readonly string[] =>
  objectsAt(JSON.parse(report), 'builds').flatMap((build) =>
    objectsAt(build, 'advice').map((one) => `${textAt(one, 'file') ?? ''}: ${textAt(one, 'message') ?? ''}`),
  );

const count = (lines: readonly string[], part: string): number => lines.filter((line) => line.includes(part)).length;

test('a Dockerfile without fault says nothing', async () => {
  scene.write('good/Dockerfile', 'FROM busybox:1\nCOPY words /words\nUSER 1000\nCMD ["cat", "/words"]\n');
  scene.write('good/.dockerignore', '*.md\n');
  scene.write('good/words', 'one\n');

  scene.write(
    'k8s.yaml',
    workloadText({ name: 'good', containers: [{ image: `${scene.repository}-good`, command: ['sleep', '1000000'] }] }),
  );

  const deploy = await scene.deploy({
    inputs: { image: `${scene.repository}-good`, context: 'good', manifests: 'k8s.yaml' },
  });

  assert.equal(deploy.exitCode, 0, deploy.log);
  assert.deepEqual([deploy.annotations, adviceIn(deploy), adviceInReport(deploy)], [[], [], []]);
  assert.doesNotMatch(deploy.log, /^hint: /m);
});

describe('a Dockerfile with faults', () => {
  let deploy: Deploy;
  before(async () => {
    scene.write(
      'bad/Dockerfile',
      'FROM busybox as Base\nWORKDIR app\nCOPY . .\nCMD cat words\nFROM base\nENV WORDS one\nCMD cat words\n',
    );
    writeFileSync(join(scene.workspace, 'bad/words'), '');
    // Sparse: it takes no space on this disk.
    truncateSync(join(scene.workspace, 'bad/words'), 120e6);
    deploy = await building('bad');
  });

  test('is built all the same: each of the checks of BuildKit is a warning at its line', () => {
    assert.equal(deploy.exitCode, 0, deploy.log);
    const found = warnings(deploy);
    for (const wanted of [
      'bad/Dockerfile:1 FromAsCasing',
      'bad/Dockerfile:1 StageNameCasing',
      'bad/Dockerfile:2 WorkdirRelativePath',
      'bad/Dockerfile:4 JSONArgsRecommended',
      'bad/Dockerfile:6 LegacyKeyValueFormat',
    ]) {
      assert.equal(count(found, wanted), 1, `${wanted}\n${found.join('\n')}`);
    }
  });

  test('is told once each: no .dockerignore, root, a latest base, a context over 100 MB', () => {
    for (const [words, line] of [
      ['The build context bad has no .dockerignore', 3],
      ['The image runs as root', 5],
      ['The base image busybox has no fixed version (latest)', 1],
      ['120 MB of the build context bad were sent', undefined],
    ] as const) {
      const place = `bad/Dockerfile${line === undefined ? '' : `:${line}`}`;
      assert.equal(count(adviceIn(deploy), `${place}: ${words}`), 1, `${words}\n${deploy.summary}`);
      assert.equal(count(adviceInReport(deploy), `bad/Dockerfile: ${words}`), 1, deploy.report);
    }
  });

  test('has at most ten warnings in the log, and all of them in the summary', () => {
    assert.ok(deploy.annotations.length <= 10 && deploy.annotations.every((line) => line.startsWith('::warning ')));
    assert.equal(adviceIn(deploy).length, adviceInReport(deploy).length);
    assert.ok(adviceIn(deploy).length >= 9, deploy.summary);
  });

  test('for several platforms is told once, not for each', async () => {
    scene.write('two/Dockerfile', 'FROM scratch as words\nCOPY words /words\nCMD cat words\n');
    scene.write('two/words', 'one\n');
    const two = await building('two', { platforms: 'linux/amd64,linux/arm64' });

    assert.equal(two.exitCode, 0, two.log);
    assert.equal(count(warnings(two), 'JSONArgsRecommended'), 1, two.annotations.join('\n'));
    assert.equal(count(adviceIn(two), 'no .dockerignore'), 1, two.summary);
  });
});

test('a Dockerfile with thirty faults makes ten warnings, and is green', async () => {
  const lines = Array.from({ length: 30 }, (_, index) => `ENV KEY${index} ${index}`);
  scene.write('many/Dockerfile', `FROM busybox:1\n${lines.join('\n')}\nUSER 1000\n`);
  scene.write('many/.dockerignore', '*.md\n');

  const deploy = await building('many');

  assert.equal(deploy.exitCode, 0, deploy.log);
  assert.equal(deploy.annotations.length, 10);
  assert.equal(count(adviceIn(deploy), 'LegacyKeyValueFormat'), 30, deploy.summary);
});

test('what bake builds is told by target, each with its own Dockerfile', async () => {
  scene.write(
    'docker-bake.json',
    JSON.stringify({ target: { default: { context: 'bad' }, good: { context: 'good' } } }),
  );
  truncateSync(join(scene.workspace, 'bad/words'), 10);

  const deploy = await building('baked', {
    context: '',
    'bake-files': 'docker-bake.json',
    'bake-targets': 'default,good',
  });

  assert.equal(deploy.exitCode, 0, deploy.log);
  const found = warnings(deploy);
  assert.equal(count(found, 'bad/Dockerfile:4 JSONArgsRecommended'), 1, found.join('\n'));
  assert.equal(count(found, 'good/Dockerfile'), 0, found.join('\n'));
});

test('a build that was reused says nothing again', async () => {
  const image = `${scene.repository}-again`;
  const inputs = { image, context: 'many', namespace: '', kubeconfig: '' };
  scene.commit();
  await scene.deploy({ inputs });
  const deploy = await scene.deploy({ inputs });

  assert.deepEqual([deploy.exitCode, deploy.annotations, adviceIn(deploy)], [0, [], []], deploy.log);
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
