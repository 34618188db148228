import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobProgress } from '../../../../src/rollout/rules/job.ts';
import { podProgress } from '../../../../src/rollout/rules/pod.ts';

const is = (type: string, more: object = {}): object => ({ type, status: 'True', ...more });
const isNot = (type: string): object => ({ type, status: 'False' });
const limit = { reason: 'BackoffLimitExceeded', message: 'Job has reached the\nspecified backoff limit' };
const LIMIT_TEXT = 'failed: BackoffLimitExceeded: Job has reached the specified backoff limit';

for (const [says, spec, status, kind, text] of [
  ['no pod has run yet', { completions: 1 }, {}, 'waiting', '0 of 1 completed'],
  ['some have completed', { completions: 3 }, { succeeded: 1, failed: 1 }, 'waiting', '1 of 3 completed, 1 failed'],
  ['a work queue has no number to reach', {}, { succeeded: 2, active: 1 }, 'waiting', '2 completed'],
  ['complete', { completions: 3 }, { succeeded: 3, conditions: [is('Complete')] }, 'done', '3 of 3 completed'],
  [
    'complete after failures',
    { completions: 1 },
    { succeeded: 1, failed: 2, conditions: [is('Complete')] },
    'done',
    '1 of 1 completed, 2 failed',
  ],
  ['enough have succeeded', {}, { succeeded: 1, conditions: [is('SuccessCriteriaMet')] }, 'done', '1 completed'],
  [
    'all counters are reached, but no condition says so',
    { completions: 1 },
    { succeeded: 1 },
    'waiting',
    '1 of 1 completed',
  ],
  ['failed', { completions: 1 }, { failed: 7, conditions: [is('Failed', limit)] }, 'job-failed', LIMIT_TEXT],
  [
    'about to be failed',
    {},
    { conditions: [is('FailureTarget', { reason: 'PodFailurePolicy' })] },
    'job-failed',
    'failed: PodFailurePolicy',
  ],
  ['not failed any more', { completions: 1 }, { conditions: [isNot('Failed')] }, 'waiting', '0 of 1 completed'],
  ['suspended', { suspend: true }, { conditions: [is('Suspended')] }, 'done', 'is suspended, not waited for'],
  [
    'resumed, of which the condition does not know yet',
    { suspend: false, completions: 1 },
    { conditions: [is('Suspended')] },
    'waiting',
    '0 of 1 completed',
  ],
  [
    'failed before it was suspended',
    { suspend: true },
    { conditions: [is('Failed', limit)] },
    'job-failed',
    LIMIT_TEXT,
  ],
] as const) {
  test(`Job: ${says} → ${kind}`, () => assert.deepEqual(jobProgress({ spec, status }), progress(kind, text)));
}

for (const [says, status, kind, text] of [
  ['nothing is known', {}, 'waiting', 'is pending'],
  ['pending', { phase: 'Pending' }, 'waiting', 'is pending'],
  ['running', { phase: 'Running', conditions: [isNot('Ready')] }, 'waiting', 'is running, not ready'],
  ['ready', { phase: 'Running', conditions: [is('Ready')] }, 'done', 'is ready'],
  ['completed, so not ready', { phase: 'Succeeded', conditions: [isNot('Ready')] }, 'done', 'has completed'],
  ['failed', { phase: 'Failed' }, 'pod-failed', 'failed'],
  [
    'evicted, with a condition from before',
    { phase: 'Failed', reason: 'Evicted', message: 'low on memory', conditions: [is('Ready')] },
    'pod-failed',
    'failed: Evicted: low on memory',
  ],
  ['its node is lost', { phase: 'Unknown', conditions: [isNot('Ready')] }, 'waiting', 'is unknown'],
] as const) {
  test(`Pod: ${says} → ${kind}`, () => assert.deepEqual(podProgress({ status }), progress(kind, text)));
}

function progress(kind: string, text: string): object {
  return kind === 'waiting' || kind === 'done' ? { kind, text } : { kind: 'failed', reason: kind, text };
}
