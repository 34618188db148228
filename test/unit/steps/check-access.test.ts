import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError, type Finding } from '../../../src/errors.ts';
import { withAccess } from '../../../src/steps/check-access.ts';

const MISSING: readonly Finding[] = [
  { code: 'access-denied', problem: { message: 'may not get configmaps in shop' } },
  { code: 'access-denied', problem: { message: 'may not delete pods in shop' } },
];
const denied = new DeployError('access-denied', 'may not read the inventory');
const away = new DeployError('cluster-unreachable', 'away');

for (const [says, error, findings, expected] of [
  ['all rights that are missing are told, and not the first only', denied, MISSING, /2 problems before anything/],
  ['where the rights are not known, what was refused is told', denied, [], /may not read the inventory/],
  ['what else went wrong is told as it is', away, MISSING, /away/],
] as readonly (readonly [string, Error, readonly Finding[], RegExp])[]) {
  test(`a plan that cannot be made: ${says}`, async () => {
    await assert.rejects(withAccess(Promise.reject(error), Promise.resolve(findings)), expected);
  });
}

test('a plan comes with the rights that are missing', async () => {
  assert.deepEqual(await withAccess(Promise.resolve('plan'), Promise.resolve(MISSING)), ['plan', MISSING]);
});

test('an API server that does not answer about rights is what the run ends with', async () => {
  await assert.rejects(withAccess(Promise.reject(denied), Promise.reject(away)), denied);
  await assert.rejects(withAccess(Promise.resolve('plan'), Promise.reject(away)), away);
});
