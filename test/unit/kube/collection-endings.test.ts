import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterEnding, lossOf, NEW_COURSE, type Course, type Ending } from '../../../src/kube/collection-endings.ts';

/** What is next, in words: "same after 0.8 s", "list at once". */
function next(ending: Ending, course: Partial<Course> = {}, elapsedSeconds = 0, random = 0.5): string {
  const step = afterEnding(ending, { ...NEW_COURSE, ...course }, elapsedSeconds * 1000, random);
  if (step.kind === 'give-up') {
    return `gives up: ${step.message}`;
  }
  const seconds = Math.round(step.afterMilliseconds) / 1000;
  return `${step.from} ${seconds === 0 ? 'at once' : `after ${seconds} s`}`;
}

const failed: Ending = { kind: 'failed', message: 'ECONNREFUSED' };
const forbidden: Ending = { kind: 'forbidden', message: 'may not' };
const refused: Ending = { kind: 'refused', message: 'no such kind' };
const throttled = (seconds: number): Ending => ({ kind: 'throttled', seconds, message: 'slow down' });
const unauthorized: Ending = { kind: 'unauthorized', message: 'Unauthorized' };

const ROWS: readonly (readonly [says: string, ending: Ending, course: Partial<Course>, expected: string])[] = [
  ['a clean end, the first time', { kind: 'ended' }, {}, 'same at once'],
  ['a clean end, the second time', { kind: 'ended' }, { failures: 1 }, 'same after 0.8 s'],
  ['a clean end, the third time', { kind: 'ended' }, { failures: 2 }, 'same after 1.6 s'],
  ['a silent connection', { kind: 'silent' }, {}, 'same at once'],
  ['a line that is no event', { kind: 'garbled' }, {}, 'same at once'],
  ['one garbled watch after the other', { kind: 'garbled' }, { failures: 2 }, 'same after 1.6 s'],
  ['an expired version', { kind: 'expired' }, {}, 'list at once'],
  ['an expired version after an outage', { kind: 'expired' }, { failures: 7 }, 'list at once'],
  ['expired again', { kind: 'expired' }, { expiries: 1 }, 'list after 0.8 s'],
  ['a storm of expired versions', { kind: 'expired' }, { expiries: 20 }, 'list after 30 s'],
  ['a runner that was suspended', { kind: 'suspended' }, { failures: 3 }, 'list at once'],
  ['bad credentials', unauthorized, {}, 'same after 10 s'],
  ['bad credentials again and again', unauthorized, { failures: 9 }, 'same after 10 s'],
  ['never allowed', forbidden, {}, 'gives up: may not'],
  ['allowed before', forbidden, { wasAllowed: true }, 'same after 2 s'],
  ['an unknown kind', refused, {}, 'list after 2 s'],
  ['Retry-After', throttled(7), {}, 'same after 7.7 s'],
  ['Retry-After: 0', throttled(0), {}, 'same after 1.1 s'],
  ['Retry-After of an hour', throttled(3600), {}, 'same after 66 s'],
  ['no answer', failed, {}, 'same after 0.8 s'],
  ['no answer for the third time', failed, { failures: 2 }, 'same after 3.2 s'],
  ['a version that the server fails at again and again', failed, { failures: 3 }, 'list after 6.4 s'],
  ['no answer for long', failed, { failures: 30 }, 'list after 30 s'],
];

for (const [says, ending, course, expected] of ROWS) {
  test(`${says}: ${expected}`, () => assert.equal(next(ending, course), expected));
}

test('a wait is 20 % more or less, but never shorter than the server asks for', () => {
  assert.deepEqual([next(failed, {}, 0, 0), next(failed, {}, 0, 1)], ['same after 0.64 s', 'same after 0.96 s']);
  assert.deepEqual([next(throttled(5), {}, 0, 0), next(throttled(5), {}, 0, 1)], ['same after 5 s', 'same after 6 s']);
});

test('a refusal is waited out for 10 s, from its first time on', () => {
  for (const ending of [forbidden, refused]) {
    const first = afterEnding(ending, { ...NEW_COURSE, wasAllowed: true }, 50_000, 0.5);
    assert.ok(first.kind === 'retry');
    assert.equal(first.course.refusedSinceMilliseconds, 50_000);
    assert.match(next(ending, first.course, 59.9), /after 2 s/);
    assert.match(next(ending, first.course, 60), /gives up/);
  }
});

/** Failures and expired versions in a row after that ending. */
const countAfter = (ending: Ending): readonly number[] => {
  const step = afterEnding(ending, NEW_COURSE, 0, 0.5);
  return step.kind === 'retry' ? [step.course.failures, step.course.expiries] : [];
};

test('what counts as a failure, and what does not', () => {
  assert.deepEqual(countAfter(failed), [1, 0]);
  assert.deepEqual(countAfter({ kind: 'ended' }), [1, 0]);
  assert.deepEqual(countAfter({ kind: 'expired' }), [0, 1]);
  assert.deepEqual(countAfter({ kind: 'suspended' }), [0, 0]);
  assert.deepEqual(countAfter(throttled(1)), [0, 0]);
});

test('only what says nothing about the object asked for is an outage', () => {
  const lost = [failed, throttled(1), unauthorized].map(lossOf);
  assert.deepEqual(lost, ['ECONNREFUSED', 'slow down', 'the credentials are not accepted any more: Unauthorized']);
  const kinds = ['ended', 'silent', 'garbled', 'expired', 'suspended'] as const;
  assert.deepEqual(
    [...kinds.map((kind) => ({ kind })), forbidden, refused].map(lossOf).filter((loss) => loss !== undefined),
    [],
  );
});
