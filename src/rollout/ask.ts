import { DeployError } from '../errors.ts';
import { answer } from './answers.ts';
import type { Question } from './knowledge.ts';
import type { Session } from './session.ts';
import type { Tracker } from './tracker.ts';

/** How soon the same is asked again, by kind of question. A registry does not forget, a Secret may come at any time. */
const ASK_AGAIN_MILLISECONDS: Readonly<Record<Question['kind'], number>> = {
  image: 10_000,
  config: 2000,
  maker: 15_000,
  'pod-events': 3000,
  'last-words': 4000,
  'leaving-pods': 2000,
};

/** Asks what a look wants to know, beside the loop, and not again before its time. An API server that is away gives no answer. */
export type Asker = (tracker: Tracker, questions: readonly Question[]) => void;

export function createAsker(session: Session): Asker {
  const { api, registry, ports } = session.context;
  const askedAt = new Map<string, number>();
  return (tracker, questions) => {
    for (const question of questions) {
      const key = `${tracker.pinned.subject.path} ${JSON.stringify(question)}`;
      const last = askedAt.get(key);
      if (last === undefined || ports.clock.elapsed() - last >= ASK_AGAIN_MILLISECONDS[question.kind]) {
        askedAt.set(key, ports.clock.elapsed());
        session.spawn(async () => learn(tracker, question, { api, registry }));
      }
    }
  };
}

/** Puts the answer into what is known of the rollout. */
export async function learn(
  tracker: Tracker,
  question: Question,
  context: Parameters<typeof answer>[2],
): Promise<void> {
  try {
    const addTo = await answer(tracker, question, context);
    tracker.knowledge = addTo(tracker.knowledge);
  } catch (error) {
    if (!(error instanceof DeployError) || error.code === 'cancelled') {
      throw error;
    }
  }
}
