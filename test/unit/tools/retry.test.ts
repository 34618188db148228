import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FetchOutcome } from '../../../src/ports.ts';
import { fetchWithRetries } from '../../../src/tools/retry.ts';
import { instantClock } from './workbench.ts';

const OK: FetchOutcome = { kind: 'ok', text: '' };
const status = (status: number, retryAfterSeconds?: number): FetchOutcome => ({
  kind: 'status',
  status,
  retryAfterSeconds,
});
const broken: FetchOutcome = { kind: 'network', message: 'socket hang up' };

type Fetched = { readonly outcome: FetchOutcome; readonly pauses: readonly number[] };

/** Fetches from a site that gives these answers, and then the file. */
async function fetchFrom(answers: readonly FetchOutcome[], dice = 0.5): Promise<Fetched> {
  const pauses: number[] = [];
  const left = [...answers];
  const clock = { ...instantClock(pauses), random: () => dice };
  const ports = { clock, notify: () => {}, assertNotCancelled: () => {} };
  const outcome = await fetchWithRetries('http://site', async () => left.shift() ?? OK, ports);
  return { outcome, pauses };
}

for (const [name, answers, kind, pauses] of [
  ['an answer at once costs no pause', [OK], 'ok', []],
  ['a busy site is asked again after half a second', [status(503)], 'ok', [500]],
  ['too many requests are tried again', [status(429)], 'ok', [500]],
  ['a request timeout is tried again', [status(408)], 'ok', [500]],
  ['a broken connection is tried again', [broken, broken], 'ok', [500, 1000]],
  ['Retry-After is waited for', [status(429, 7)], 'ok', [7000]],
  ['Retry-After counts for 30 seconds at most', [status(503, 3600)], 'ok', [30_000]],
  ['Retry-After: 0 does not hammer the site', [status(503, 0)], 'ok', [500]],
  ['five bad answers are the end', Array.from({ length: 9 }, () => status(500)), 'status', [500, 1000, 2000, 4000]],
  ['what is not there is not asked for again', [status(404)], 'status', []],
  ['what is forbidden is not asked for again', [status(403)], 'status', []],
  ['a redirect to nowhere is not asked for again', [status(302)], 'status', []],
] as const) {
  test(name, async () => {
    const fetched = await fetchFrom(answers);
    assert.equal(fetched.outcome.kind, kind);
    assert.deepEqual(fetched.pauses, pauses);
  });
}

for (const [dice, pause] of [
  [0, 375],
  [0.98, 620],
] as const) {
  test(`jobs that start together do not come back together: ${pause} ms`, async () => {
    assert.deepEqual((await fetchFrom([status(500)], dice)).pauses, [pause]);
  });
}

test('a job that is told to stop between two attempts stops', async () => {
  const stop = new Error('cancelled');
  let asked = 0;
  const ports = {
    clock: instantClock([]),
    notify: () => {},
    assertNotCancelled: () => {
      if (asked > 0) {
        throw stop;
      }
    },
  };
  const fetched = fetchWithRetries('http://site', async () => ((asked += 1), status(500)), ports);
  await assert.rejects(fetched, stop);
  assert.equal(asked, 1);
});
