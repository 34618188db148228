import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError } from '../../../src/errors.ts';
import { createReachability, tellingApi } from '../../../src/kube/reachability.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { instantClock } from '../../support/fake-ports.ts';

test('an outage begins with the first failure and ends with the next thing heard; its reason is the last one', async () => {
  const clock = instantClock();
  const reachability = createReachability(clock);
  assert.equal(reachability.outage(), undefined);
  await clock.sleep(60_000);
  reachability.lost('ECONNRESET');
  await clock.sleep(2500);
  reachability.lost('ECONNREFUSED');
  assert.deepEqual(reachability.outage(), { seconds: 2.5, message: 'ECONNREFUSED' });
  reachability.heard();
  assert.equal(reachability.outage(), undefined);
  reachability.lost('again');
  assert.deepEqual(reachability.outage(), { seconds: 0, message: 'again' });
});

for (const [says, answer, before, isOut] of [
  ['an answer', { kind: 'Pod' }, 'lost', false],
  ['an object that is not there', { kind: 'Status', code: 404 }, 'lost', false],
  ['a missing right', { kind: 'Status', code: 403 }, 'lost', false],
  ['bad credentials', { kind: 'Status', code: 401 }, 'heard', true],
  ['too many requests', { kind: 'Status', code: 429 }, 'heard', true],
  ['a server that is not ready', { kind: 'Status', code: 503 }, 'heard', true],
  ['no answer', new DeployError('cluster-unreachable', 'ECONNREFUSED'), 'heard', true],
  ['a plugin that fails', new DeployError('credentials-rejected', 'exec'), 'heard', true],
  ['a cancellation', new DeployError('cancelled', 'stopped'), 'heard', false],
  ['the log of a pod whose node is away', { kind: 'Status', code: 500 }, 'heard', false],
  ['the same during an outage', { kind: 'Status', code: 500 }, 'lost', true],
] as const) {
  test(`${says}: ${isOut ? 'an outage' : 'no outage'}`, async () => {
    const reachability = createReachability(instantClock());
    reachability[before]('before');
    const api = tellingApi(fakeApi({ '/x': answer }), reachability);
    await api.request({ method: 'GET', path: '/x' }).catch(() => undefined);
    assert.equal(reachability.outage() !== undefined, isOut);
  });
}
