import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveEvent } from '../../../src/inputs/event.ts';
import { assertOwnCheckout, assertTrusted } from '../../../src/plan/trust.ts';
import type { Checkout } from '../../../src/values/checkout.ts';
import { event, HEAD, OWN, pullRequestPayload } from '../../support/event-payloads.ts';
import { failureOfWork } from '../../support/failures.ts';

const AROUND = { ref: 'refs/heads/main', actor: 'octocat', runAttempt: '1' };
const UNTRUSTED = resolveEvent(undefined, event('pull_request_target', pullRequestPayload('a fork')), AROUND);
const RESTRICTED = resolveEvent(undefined, event('pull_request', pullRequestPayload('a fork')), AROUND);
const TRUSTED = resolveEvent(undefined, event('pull_request_target', pullRequestPayload('here')), AROUND);

for (const command of ['deploy', 'plan'] as const) {
  test(`command: ${command} of a fork's commit is refused in a run that has secrets`, async () => {
    const { code, message, hint } = await failureOfWork(() => assertTrusted(command, UNTRUSTED));
    assert.equal(code, 'untrusted-code');
    assert.equal(message, 'bbbbbbb is not deployed by a run that has secrets: the pull request comes from a fork');
    assert.match(hint, /on pull_request, where they are built and neither pushed nor deployed/);
  });
}

for (const command of ['destroy', 'sweep', 'matrix', 'collect'] as const) {
  test(`command: ${command} runs nothing of the fork, and is let through`, () => {
    assertTrusted(command, UNTRUSTED);
  });
}

test('restricted and trusted runs are let through', () => {
  assertTrusted('deploy', RESTRICTED);
  assertTrusted('deploy', TRUSTED);
});

const PLAN = { paths: [], workspace: '/checkout', heads: [OWN], isStrangers: true };
const clean = (head: string): Checkout => ({ kind: 'clean', head, commitTime: '2026-01-30T08:00:00.000Z' });

test('our own commit in the workspace is let through', () => {
  assertOwnCheckout(PLAN, clean(OWN));
});

for (const [says, checkout, message] of [
  [
    "a fork's commit in the workspace",
    clean(HEAD),
    new RegExp(`${OWN} is to be deployed, and the workspace is at ${HEAD}$`),
  ],
  [
    'a workspace that nobody knows',
    { kind: 'unknown', why: 'there is no git' },
    /is at an unknown commit \(there is no git\)$/,
  ],
] as const) {
  test(`${says} is refused, though our commit is the one that is wished`, async () => {
    const failure = await failureOfWork(() => assertOwnCheckout(PLAN, checkout));
    assert.equal(failure.code, 'untrusted-code');
    assert.match(failure.message, message);
  });
}
