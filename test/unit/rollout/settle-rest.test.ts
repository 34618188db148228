import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createReachability } from '../../../src/kube/reachability.ts';
import { endingWithoutPods } from '../../../src/rollout/ending.ts';
import type { RolloutContext } from '../../../src/rollout/outcome.ts';
import { openSession } from '../../../src/rollout/open-session.ts';
import { endOf, OUTAGE_BUDGET_SECONDS, type End } from '../../../src/rollout/settle-rest.ts';
import type { Stage } from '../../../src/rollout/tracker.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { fakePorts, instantClock } from '../../support/fake-ports.ts';
import { pinnedServer } from '../../support/pinned.ts';

const WATCHING: Stage = { kind: 'watching' };
const CONFIRMING: Stage = { kind: 'confirming', sinceMilliseconds: 0 };
const SUCCEEDED: Stage = { kind: 'settled', ending: { kind: 'succeeded', notes: [] }, atMilliseconds: 0 };
const FAILED: Stage = {
  kind: 'settled',
  ending: endingWithoutPods('failed', 'image-differs', 'runs another'),
  atMilliseconds: 0,
};

type Moment = { readonly seconds: number; readonly awaySince?: number; readonly failFast?: boolean };

/** What is decided about rollouts in these stages, so many seconds after they began; the timeout is 600 s. */
function endIn(stages: readonly Stage[], { seconds, awaySince, failFast = true }: Moment): End | undefined {
  const clock = instantClock();
  const reachability = createReachability(clock);
  const plan = {
    timeoutSeconds: 600,
    failFast,
    maxRestarts: 2,
    imageGraceSeconds: undefined,
    scheduleGraceSeconds: undefined,
    soakSeconds: 0,
    verifyDigest: true,
  };
  const context: RolloutContext = {
    kubectl: { path: 'kubectl', kubeconfigPath: 'kc', context: 'prod' },
    api: fakeApi({}),
    ports: fakePorts({ clock }),
    registry: { has: async () => 'unknown', digestsOf: async () => new Set<string>() },
  };
  const pinned = stages.map(() => ({ pinned: pinnedServer(), object: {} }));
  const session = openSession(pinned, plan, context, reachability, 0);
  session.trackers.forEach((tracker, index) => {
    tracker.stage = stages[index] ?? WATCHING;
  });
  clock.skip((awaySince ?? 0) * 1000);
  if (awaySince !== undefined) {
    reachability.lost('connection refused');
  }
  clock.skip((seconds - (awaySince ?? 0)) * 1000);
  return endOf(session);
}

describe('when no more is waited for', () => {
  const cases: readonly (readonly [string, readonly Stage[], Moment, End | undefined])[] = [
    ['everything has ended', [SUCCEEDED, FAILED], { seconds: 1 }, 'all-settled'],
    ['one has failed a moment ago: the others may fail too', [FAILED, WATCHING], { seconds: 1 }, undefined],
    ['one has failed', [FAILED, WATCHING], { seconds: 2 }, 'failed-fast'],
    ['one has failed while another is about to be confirmed', [FAILED, CONFIRMING], { seconds: 2 }, undefined],
    ['one has failed while another is verified', [FAILED, { kind: 'verifying' }], { seconds: 2 }, undefined],
    ['fail-fast is off', [FAILED, WATCHING], { seconds: 599, failFast: false }, undefined],
    ['nothing has happened yet', [WATCHING], { seconds: 599 }, undefined],
    ['the time is up', [WATCHING], { seconds: 600 }, 'timed-out'],
    ['the time is up while the API server is away', [WATCHING], { seconds: 600, awaySince: 590 }, 'unreachable'],
    ['the API server is away', [WATCHING], { seconds: 100, awaySince: 10 }, undefined],
    [
      'the API server is away for too long',
      [WATCHING],
      { seconds: 11 + OUTAGE_BUDGET_SECONDS, awaySince: 10 },
      'unreachable',
    ],
  ];
  for (const [what, stages, moment, end] of cases) {
    test(`${what}: ${end ?? 'it goes on'}`, () => {
      assert.equal(endIn(stages, moment), end);
    });
  }
});
