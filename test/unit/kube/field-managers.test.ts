import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOwnEntry } from '../../../src/kube/field-managers.ts';

for (const [says, entry, isOurs] of [
  ['what we applied', { manager: 'k8s-deploy', operation: 'Apply' }, true],
  ['what somebody wrote under our name without apply', { manager: 'k8s-deploy', operation: 'Update' }, false],
  ['a subresource, such as the scale', { manager: 'k8s-deploy', operation: 'Apply', subresource: 'scale' }, false],
  ['what somebody else applied', { manager: 'helm', operation: 'Apply' }, false],
] as const) {
  test(`managed fields: ${says} is ${isOurs ? 'ours' : 'not ours'}`, () => assert.equal(isOwnEntry(entry), isOurs));
}
