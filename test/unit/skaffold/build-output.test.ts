import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatBuildOutput, parseBuildOutput } from '../../../src/skaffold/build-output.ts';
import { formatImageReference } from '../../../src/values/image.ts';

const DIGEST = `sha256:${'5e'.repeat(32)}`;

test('what skaffold built is known by the name in its file, and by tag and digest', () => {
  const text = JSON.stringify({
    builds: [
      { imageName: 'server', tag: `reg.example/app/server:v1@${DIGEST}` },
      { imageName: 'reg.example/agent', tag: 'reg.example/agent:v1' },
    ],
  });
  const artifacts = parseBuildOutput(text);

  assert.deepEqual(
    artifacts.map(({ imageName, image }) => [imageName, formatImageReference(image)]),
    [
      ['server', `reg.example/app/server:v1@${DIGEST}`],
      ['reg.example/agent', 'reg.example/agent:v1'],
    ],
  );
  assert.deepEqual(JSON.parse(formatBuildOutput(artifacts)), JSON.parse(text));
});

describe('what it wrote is refused when it is', () => {
  for (const [text, message] of [
    ['', /^it is not JSON$/],
    ['{"builds":[', /^it is not JSON$/],
    ['null', /^it has no list "builds"$/],
    ['[]', /^it has no list "builds"$/],
    ['{"builds":{"server":1}}', /^it has no list "builds"$/],
    ['{"builds":[]}', /^its "builds" are not a list of images$/],
    ['{"builds":["server"]}', /^its "builds" are not a list of images$/],
    ['{"builds":[{"imageName":"server"}]}', /^one of its "builds" has no imageName or no tag$/],
    ['{"builds":[{"tag":"a:1"}]}', /^one of its "builds" has no imageName or no tag$/],
    ['{"builds":[{"imageName":"server","tag":7}]}', /^one of its "builds" has no imageName or no tag$/],
    ['{"builds":[{"imageName":"server","tag":"reg.example/server"}]}', /has neither a tag nor a digest$/],
    ['{"builds":[{"imageName":"server","tag":"; rm -rf /"}]}', /./],
  ] as const) {
    test(text === '' ? 'nothing' : text, () => {
      assert.throws(() => parseBuildOutput(text), { message });
    });
  }
});
