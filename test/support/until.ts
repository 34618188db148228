import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MILLISECONDS = 150;

/** Asks again and again until there is an answer, and gives up with an error that says what was waited for. */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
  seconds = 30,
): Promise<Answer> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) {
      return answer;
    }
    if (performance.now() > deadline) {
      throw new Error(`waited ${seconds} s in vain for: ${what}`);
    }
    await sleep(POLL_MILLISECONDS);
  }
}
