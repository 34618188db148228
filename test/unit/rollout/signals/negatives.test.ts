import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEGATIVES } from './negatives.ts';
import { looksOf, told, watch } from './timeline.ts';

/** What looks bad and is not: no false alarm. */

for (const { says, steps, ends, untilSeconds = 130, course } of NEGATIVES) {
  test(`${says}: ${ends}`, () => {
    const last = Math.max(0, ...steps.map(([seconds]) => seconds));
    assert.equal(told(watch(looksOf(steps, Math.max(last, untilSeconds)), course)), ends);
  });
}

test('no two negatives are the same', () => {
  assert.equal(new Set(NEGATIVES.map(({ says }) => says)).size, NEGATIVES.length);
});
