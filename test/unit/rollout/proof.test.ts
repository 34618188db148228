import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { differencesOf } from '../../../src/rollout/proof.ts';
import { createTracker, type Tracker } from '../../../src/rollout/tracker.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { pinnedServer } from '../../support/pinned.ts';

const BUILT = `sha256:${'a'.repeat(64)}`;
const OTHER = `sha256:${'b'.repeat(64)}`;
const IMAGE = `registry.example/server:1@${BUILT}`;

function tracker(image: string): Tracker {
  const fresh = createTracker({ pinned: pinnedServer({ main: image }), object: {} }, 0);
  return { ...fresh, revision: { label: 'pod-template-hash', value: 'new', ownerUid: 'rs' } };
}

function pod(
  imageID: string,
  more: { readonly hash?: string; readonly ready?: boolean; readonly leaving?: boolean } = {},
): JsonObject {
  const { hash = 'new', ready = true, leaving = false } = more;
  return {
    metadata: {
      name: 'server-x',
      labels: { 'pod-template-hash': hash },
      ownerReferences: [{ uid: 'rs' }],
      ...(leaving ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    status: {
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ name: 'main', imageID }],
    },
  };
}

const differing = (image: string, one: JsonObject): readonly string[] =>
  differencesOf(tracker(image), [one]).map(({ actualDigest }) => actualDigest);

describe('the digests that ready pods report', () => {
  test('the digest that was deployed is proof', () => {
    assert.deepEqual(differing(IMAGE, pod(`registry.example/server@${BUILT}`)), []);
  });
  test('docker writes a scheme before it', () => {
    assert.deepEqual(differing(IMAGE, pod(`docker-pullable://registry.example/server@${BUILT}`)), []);
  });
  test('another digest is a difference', () => {
    assert.deepEqual(differing(IMAGE, pod(`registry.example/server@${OTHER}`)), [OTHER]);
  });
  test('a configuration digest without a repository is compared too', () => {
    assert.deepEqual(differing(IMAGE, pod(OTHER)), [OTHER]);
  });
  for (const [what, one] of Object.entries({
    'an old revision': pod(OTHER, { hash: 'old' }),
    'a pod that is not ready': pod(OTHER, { ready: false }),
    'a pod that is being deleted': pod(OTHER, { leaving: true }),
    'a container that reports nothing yet': pod(''),
  })) {
    test(`${what} proves nothing and contradicts nothing`, () => {
      assert.deepEqual(differing(IMAGE, one), []);
    });
  }
  test('an image that is not pinned has nothing to compare', () => {
    assert.deepEqual(differing('registry.example/server:1', pod(OTHER)), []);
  });
});
