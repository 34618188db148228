import { DeployError } from '../errors.ts';
import { formatWorkload } from '../values/workload.ts';
import { confirm, type Confirmation } from './confirm.ts';
import { endingWithoutPods } from './ending.ts';
import { hintOfSuccess } from './hint-of-success.ts';
import type { Difference } from './proof.ts';
import { announce, settle, type Session } from './session.ts';
import type { Tracker } from './tracker.ts';

/** After kubectl saw it otherwise, or could not be asked. */
const REST_MILLISECONDS = 1000;

/**
 * Lets others confirm what looks done. One round at a time in a namespace: what becomes done meanwhile waits for the next one, so that few
 * processes of kubectl are started, whatever the number of workloads.
 */
export type ConfirmQueue = { advance(): void };

export function createConfirmQueue(session: Session): ConfirmQueue {
  const busy = new Set<string>();
  return {
    advance: () => {
      const waiting = session.trackers.filter(({ stage }) => stage.kind === 'confirming');
      for (const [namespace, group] of Map.groupBy(waiting, ({ pinned }) => pinned.subject.namespace)) {
        if (!busy.has(namespace)) {
          busy.add(namespace);
          session.spawn(async () => confirmGroup(namespace, group, session).finally(() => busy.delete(namespace)));
        }
      }
    },
  };
}

async function confirmGroup(namespace: string, group: readonly Tracker[], session: Session): Promise<void> {
  try {
    const confirmations = await confirm(namespace, group, session.plan.verifyDigest, session.context);
    for (const [tracker, confirmation] of confirmations) {
      conclude(tracker, confirmation, session);
    }
  } catch (error) {
    if (!(error instanceof DeployError) || error.code === 'cancelled') {
      throw error;
    }
    session.reachability.lost(error.message);
    group.forEach((tracker) => watchAgain(tracker, session));
  }
}

function conclude(tracker: Tracker, confirmation: Confirmation, session: Session): void {
  switch (confirmation.kind) {
    case 'agreed': {
      const hint = hintOfSuccess(tracker.object);
      settle(
        tracker,
        { kind: 'succeeded', notes: [...confirmation.notes, ...(hint === undefined ? [] : [hint])] },
        session,
      );
      return;
    }
    case 'disagreed':
      announce(tracker, `${tracker.state.text}, but kubectl says: ${confirmation.text}`, session);
      watchAgain(tracker, session);
      return;
    case 'differs': {
      const name = formatWorkload(tracker.pinned.subject);
      announce(tracker, `${name} runs another image`, session);
      settle(
        tracker,
        endingWithoutPods('failed', 'image-differs', describe(confirmation.difference), DIFFERS_HINT),
        session,
      );
    }
  }
}

function watchAgain(tracker: Tracker, session: Session): void {
  tracker.restsUntilMilliseconds = session.context.ports.clock.elapsed() + REST_MILLISECONDS;
  tracker.stage = { kind: 'watching' };
}

function describe({ pod, container, actualDigest, expectedDigest }: Difference): string {
  return `container ${container} of pod ${pod} runs ${actualDigest}, deployed was ${expectedDigest}`;
}

const DIFFERS_HINT =
  'A webhook of the cluster, a mirror, or somebody else put another image into the pods. Where that is wanted, set verify-digest: false.';
