import { formatWorkload } from '../values/workload.ts';
import { createAsker } from './ask.ts';
import { createConfirmQueue } from './confirm-queue.ts';
import { lookAt } from './look.ts';
import type { OpenSession } from './open-session.ts';
import { createPoller } from './poll.ts';
import { secondsOf } from './session.ts';
import { endOf, type End } from './settle-rest.ts';
import { isPending, type Tracker } from './tracker.ts';

/** Time alone changes a verdict: patience ends. */
const TICK_MILLISECONDS = 1000;

/** Changes come in bunches: one look for all of a bunch. */
const GATHER_MILLISECONDS = 20;

const HEARTBEAT_SECONDS = 30;

/** Looks at the rollouts whenever something changes, and every second, until nothing more is to be waited for. */
export async function seeThrough(session: OpenSession): Promise<End> {
  const { clock, notify } = session.context.ports;
  const ask = createAsker(session);
  const queue = createConfirmQueue(session);
  const poller = createPoller(session);
  let nextTick = clock.elapsed();
  let lastSaidAt = secondsOf(session);
  const isDue = ({ lookAgainMilliseconds }: Tracker): boolean => clock.elapsed() >= lookAgainMilliseconds;

  for (;;) {
    session.active.tick();
    const touched = session.takeTouched();
    const isTick = clock.elapsed() >= nextTick;
    nextTick = isTick ? clock.elapsed() + TICK_MILLISECONDS : nextTick;
    session.trackers
      .filter((tracker) => isPending(tracker) && (isTick || touched.has(tracker) || isDue(tracker)))
      .forEach((tracker) => lookAt(tracker, session, ask));

    const watching = session.trackers.filter(({ stage }) => stage.kind === 'watching');
    session.following.open(watching);
    session.following.advance();
    session
      .takeForbidden()
      .filter(({ kind }) => kind === 'subjects')
      .forEach(({ wish }) => session.unlistable.add(wish.path));
    poller.advance();
    queue.advance();

    const end = endOf(session);
    if (end !== undefined) {
      return end;
    }
    lastSaidAt = Math.max(lastSaidAt, ...session.trackers.map(({ state }) => state.atSeconds));
    if (secondsOf(session) - lastSaidAt >= HEARTBEAT_SECONDS) {
      lastSaidAt = secondsOf(session);
      notify({ kind: 'state', text: `still waiting: ${stillWaiting(session)}` });
    }
    const nextLook = Math.min(nextTick, ...watching.map(({ lookAgainMilliseconds }) => lookAgainMilliseconds));
    await session.pause(Math.max(0, nextLook - clock.elapsed()));
    await clock.sleep(GATHER_MILLISECONDS);
  }
}

/** "deployment/server 1 of 3 updated; 1 pulling its image (42 s)" for each rollout that is waited for. */
function stillWaiting(session: OpenSession): string {
  return session.trackers
    .filter(isPending)
    .slice(0, MOST_NAMED)
    .map(({ pinned, state }) => {
      const seconds = Math.round(secondsOf(session) - state.atSeconds);
      return `${formatWorkload(pinned.subject)} ${state.text} (${seconds} s)`;
    })
    .join('; ');
}

const MOST_NAMED = 10;
