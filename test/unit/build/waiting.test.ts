import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { trackWaiting, type Waiting } from '../../../src/build/waiting.ts';

const SHA = `sha256:${'a'.repeat(64)}`;
const BEGIN = [
  '#0 building with "lab" instance using remote driver',
  '#1 [internal] load .dockerignore',
  '#1 DONE 0.1s',
];
const EXPORT = ['#7 exporting to image', '#7 exporting layers', '#7 exporting layers 0.1s done'];

/** As BuildKit v0.33 prints them when a registry gives no answer. */
const BUILDS: readonly (readonly [string, readonly string[], Waiting | undefined])[] = [
  ['a build that has not begun', [], undefined],
  ['a build whose steps are done', BEGIN, undefined],
  [
    'the manifest of a base image',
    ['#2 [internal] load metadata for ghcr.io/org/base:1'],
    { kind: 'base', reference: 'ghcr.io/org/base:1' },
  ],
  [
    'a layer of a base image, whose login is listed too',
    ['#2 [auth] org/base:pull token for ghcr.io', `#4 [1/2] FROM ghcr.io/org/base:1@${SHA}`, `#4 ${SHA} 1.05MB / 40MB`],
    { kind: 'base', reference: 'ghcr.io/org/base:1' },
  ],
  ['a layer that is unpacked', ['#4 [1/2] FROM ghcr.io/org/base:1', `#4 extracting ${SHA}`], undefined],
  [
    'two base images of a target',
    ['#2 [app internal] load metadata for a.io/b:1', '#3 [app internal] load metadata for c.io/d:1'],
    { kind: 'base', reference: undefined },
  ],
  ['a step that says nothing', ['#5 [2/2] RUN make', '#5 0.1 begins'], undefined],
  ['a step beside a base image', ['#2 [internal] load metadata for a:1', '#5 [2/2] RUN make'], undefined],
  ['a step that ended with an error', ['#5 [2/2] RUN make', '#5 ERROR: process failed'], undefined],
  ['layers that are made', EXPORT.slice(0, 2), undefined],
  ['layers that are pushed', [...EXPORT, '#7 pushing layers'], { kind: 'push', hasLayers: true }],
  [
    'a manifest that is pushed, after it seemed done',
    [
      ...EXPORT,
      '#7 DONE 0.1s',
      '#8 exporting cache to registry',
      '#8 DONE 1s',
      '#7 ...',
      '',
      '#7 exporting to image',
      '#7 pushing manifest for r.io/a',
    ],
    { kind: 'push', hasLayers: false },
  ],
  ['a target of bake', ['#7 [app] exporting to image', '#7 pushing layers'], { kind: 'push', hasLayers: true }],
  ['a cache that is read', ['#4 importing cache manifest from r.io/a:c'], { kind: 'cache-import' }],
  [
    'a cache that is put together',
    ['#8 exporting cache to registry', '#8 preparing build cache for export'],
    undefined,
  ],
  [
    'a layer of a cache',
    ['#8 exporting cache to registry', `#8 writing layer ${SHA}`],
    { kind: 'cache-export', hasLayers: true },
  ],
  [
    'the manifest of a cache',
    ['#8 exporting cache to registry', `#8 writing cache image manifest ${SHA}`],
    { kind: 'cache-export', hasLayers: false },
  ],
  [
    'an image and its cache',
    ['#8 exporting cache to registry', `#8 writing layer ${SHA}`, ...EXPORT, '#7 pushing layers'],
    { kind: 'push', hasLayers: true },
  ],
];

describe('what a build waits for:', () => {
  for (const [name, lines, waiting] of BUILDS) {
    test(name, () => {
      const tracker = trackWaiting();
      for (const line of lines) {
        tracker.see(line);
      }
      assert.deepEqual(tracker.now(), waiting);
    });
  }
});
