import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Patience } from '../../../../src/rollout/assess.ts';
import { NO_KNOWLEDGE } from '../../../../src/rollout/knowledge.ts';
import { assess } from '../../../../src/rollout/signals/assess.ts';
import { NO_MEMORY } from '../../../../src/rollout/signals/memory.ts';
import type { Verdict } from '../../../../src/rollout/verdict.ts';
import type { RolloutView } from '../../../../src/rollout/view.ts';
import { diagnosed, diagnosedRecord, recorded, RECORDED_NAMES } from './views.ts';

const PATIENCE: Patience = {
  failFast: true,
  maxRestarts: 2,
  imageGraceSeconds: undefined,
  scheduleGraceSeconds: undefined,
};

/** Those that nobody gives up on by their pods alone. */
const WAITED_FOR = ['progress-deadline', 'readiness', 'migrate', 'pod-failed'];

/** What is said of a rollout that stays as it was recorded. */
function judged({ events, ...view }: RolloutView): Verdict {
  const named = events.map((event, index) => ({ ...event, metadata: { uid: `event-${index}` } }));
  const first = assess({ ...view, events: named }, NO_KNOWLEDGE, NO_MEMORY, 0, PATIENCE);
  return assess({ ...view, events: named }, NO_KNOWLEDGE, first.memory, 800, PATIENCE).verdict;
}

for (const name of RECORDED_NAMES.filter((one) => !WAITED_FOR.includes(one))) {
  test(`a real rollout is explained alike when it is failed and when it runs out of time: ${name}`, async () => {
    const { view, logs } = recorded(name);
    const verdict = judged(view);
    assert.ok(verdict.kind === 'failed', verdict.text);
    const failed = await diagnosed(view, verdict, logs);
    const late = await diagnosedRecord(name);
    assert.deepEqual([verdict.reason, failed.cause, failed.hint], [late.reason, late.cause, late.hint]);
  });
}
