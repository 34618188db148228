import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleaned } from '../../../src/rollback/cleaned.ts';
import type { JsonObject } from '../../../src/values/json.ts';

const METADATA = {
  name: 'a',
  labels: { app: 'a' },
  annotations: { note: 'x' },
  creationTimestamp: '2026-11-21T12:00:00Z',
  generation: 3,
  managedFields: [],
  resourceVersion: '7',
  uid: 'u',
};
const KEPT = { name: 'a', labels: { app: 'a' }, annotations: { note: 'x' } };

for (const [says, live, expected] of [
  [
    'loses what belonged to its one life',
    { kind: 'Service', metadata: METADATA, spec: { clusterIP: '10.0.0.1' }, status: { loadBalancer: {} } },
    { kind: 'Service', metadata: KEPT, spec: { clusterIP: '10.0.0.1' } },
  ],
  [
    'keeps its data',
    { kind: 'ConfigMap', metadata: METADATA, data: { a: '1' } },
    { kind: 'ConfigMap', metadata: KEPT, data: { a: '1' } },
  ],
  [
    'that is a Pod may run on another node',
    { kind: 'Pod', metadata: METADATA, spec: { nodeName: 'n', hostname: 'h' } },
    { kind: 'Pod', metadata: KEPT, spec: { hostname: 'h' } },
  ],
  [
    'that is a Job loses the marks of its pods',
    { kind: 'Job', metadata: { labels: { 'controller-uid': 'u', app: 'a' } }, spec: { selector: {}, template: {} } },
    { kind: 'Job', metadata: { labels: { app: 'a' } }, spec: { template: { metadata: {} } } },
  ],
] as const satisfies readonly (readonly [string, JsonObject, JsonObject])[]) {
  test(`a deleted object ${says}`, () => {
    assert.deepEqual(cleaned(live), expected);
  });
}
