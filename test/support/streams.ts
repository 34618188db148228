import type { StreamedAnswer } from '../../src/http.ts';

/** What a stream throws when it is stopped, as the real one does. */
export const STOPPED = 'the stream was stopped';

/** A good answer with these lines, after which nothing comes until it is stopped. */
export function openStream(lines: readonly unknown[], stop: AbortSignal): StreamedAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, lines: linesThenSilence(lines, stop) };
}

async function* linesThenSilence(lines: readonly unknown[], stop: AbortSignal): AsyncGenerator<string> {
  yield* lines.map((line) => JSON.stringify(line));
  await stopped(stop);
}

/** Rejects once `stop` is aborted. */
export async function stopped(stop: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => reject(new Error(STOPPED));
    if (stop.aborted) {
      end();
    }
    stop.addEventListener('abort', end, { once: true });
  });
}
