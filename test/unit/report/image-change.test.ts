import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { imageChange, shortImage } from '../../../src/report/image-change.ts';
import { paragraph, renderMarkdown } from '../../../src/report/markdown.ts';

const [SHA, OTHER] = ['a1b2c3d4e5'.repeat(4), '0f'.repeat(20)];
const [DIGEST, OTHER_DIGEST] = [`sha256:${'5e'.repeat(32)}`, `sha256:${'6f'.repeat(32)}`];

describe('what differs between two images of a container', () => {
  for (const [says, before, after, change] of [
    [
      'the commit',
      `ghcr.io/org/app:${SHA}@${DIGEST}`,
      `ghcr.io/org/app:${OTHER}@${OTHER_DIGEST}`,
      'a1b2c3d4e5a1 → 0f0f0f0f0f0f',
    ],
    ['the version', 'nginx:1.28', 'nginx:1.29', '1.28 → 1.29'],
    ['the digest', `app:1@${DIGEST}`, `app:1@${OTHER_DIGEST}`, '1@5e5e5e5e5e5e → 1@6f6f6f6f6f6f'],
    ['the digest, without tags', `app@${DIGEST}`, `app@${OTHER_DIGEST}`, '@5e5e5e5e5e5e → @6f6f6f6f6f6f'],
    ['a digest where a tag was', 'localhost:5000/app:1', `localhost:5000/app@${DIGEST}`, '1 → @5e5e5e5e5e5e'],
    ['a tag where none was', 'app', 'app:1', 'app → app:1'],
    [
      'the repository',
      `docker.io/app:${SHA}`,
      `ghcr.io/app:${SHA}@${DIGEST}`,
      'docker.io/app:a1b2c3d4e5a1 → ghcr.io/app:a1b2c3d4e5a1@5e5e5e5e5e5e',
    ],
    ['that it is new', undefined, `localhost:5000/org/app:${SHA}@${DIGEST}`, 'none → app:a1b2c3d4e5a1'],
  ] as const) {
    test(says, () => {
      const told = renderMarkdown([paragraph(...imageChange(before, after))]);
      assert.equal(told.replaceAll('`', '').trim(), change);
    });
  }
});

test('an image is short where its tag and digest are long', () => {
  assert.equal(shortImage(`ghcr.io:443/org/app:${SHA}@${DIGEST}`), 'ghcr.io:443/org/app:a1b2c3d4e5a1@5e5e5e5e5e5e');
  assert.equal(shortImage(`app@${DIGEST}`), 'app@5e5e5e5e5e5e');
  assert.equal(shortImage('ghcr.io:443/org/app'), 'ghcr.io:443/org/app');
});
