import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROLLOUT_REASONS } from '../../../../src/reasons.ts';
import { FAMILIES } from '../../../../src/rollout/signals/row.ts';
import { ROWS } from '../../../../src/rollout/signals/rows.ts';
import { POSITIVES } from './positives.ts';
import { looksOf, told, watch } from './timeline.ts';

/** Each row of the table fails a rollout in its second, and says so with its code. */

for (const { row, says, steps, ends, course } of POSITIVES) {
  test(`${row}: ${says}: ${ends}`, () => {
    const untilSeconds = Math.max(
      200,
      ...steps.map(([seconds]) => seconds),
      Number(/ at ([\d.]+)/.exec(ends)?.[1] ?? 0) + 1,
    );
    assert.equal(told(watch(looksOf(steps, untilSeconds), course)), ends);
  });
}

/** These never fail a rollout: negatives.test.ts has them. */
const NEVER_DUE = ROWS.filter(({ none, some }) => none === 'never' && some === 'never').map(({ id }) => id);

test('every row of the table that can fail a rollout has a timeline in which it does', () => {
  const failing = new Set(POSITIVES.filter(({ ends }) => ends.startsWith('failed')).map(({ row }) => row));
  assert.deepEqual(
    ROWS.map(({ id }) => id).filter((id) => !failing.has(id) && !NEVER_DUE.includes(id)),
    [],
  );
  assert.deepEqual(NEVER_DUE, ['crash-lost', 'schedule-gate']);
});

test('a timeline says the row that it is about', () => {
  const wrong = POSITIVES.filter(({ row, ends }) => ends.includes('(') && !ends.includes(`(${row})`));
  assert.deepEqual(wrong, []);
});

test('the ids of rows are unique, and their reasons are codes that are documented', () => {
  assert.equal(new Set(ROWS.map(({ id }) => id)).size, ROWS.length);
  assert.deepEqual(
    ROWS.filter(({ reason }) => !ROLLOUT_REASONS.includes(reason)),
    [],
  );
});

test('every family has rows, and none is for ever shadowed by one that matches everything before it', () => {
  for (const family of FAMILIES) {
    const rows = ROWS.filter((row) => row.family === family);
    assert.ok(rows.length > 0, family);
    const shadowed = rows.slice(0, -1).filter(({ match }) => Object.keys(match).length === 0);
    assert.deepEqual(shadowed, [], family);
  }
});
