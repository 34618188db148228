import type { Clock } from '../ports.ts';

const TICK_MILLISECONDS = 1000;

/** Either the next line, or that a second has passed. */
export type Beat =
  | { readonly kind: 'line'; readonly text: string }
  /** `lateMilliseconds`: how much more than a second has passed, by the clock that went on for longer. */
  | { readonly kind: 'tick'; readonly lateMilliseconds: number };

/** Lines as they come, with a tick each second between them. Ends with the lines, and throws what they throw. */
export async function* withTicks(lines: AsyncIterable<string>, clock: Clock): AsyncGenerator<Beat, void, undefined> {
  const iterator = lines[Symbol.asyncIterator]();
  const over = new AbortController();
  try {
    let line = mayFail(iterator.next());
    let tick = mayFail(nextTick(clock, over.signal));
    for (;;) {
      const first = await Promise.race([tick, line]);
      if ('lateMilliseconds' in first) {
        tick = mayFail(nextTick(clock, over.signal));
        yield first;
      } else if (first.done === true) {
        return;
      } else {
        line = mayFail(iterator.next());
        yield { kind: 'line', text: first.value };
      }
    }
  } finally {
    over.abort();
  }
}

/** It may fail while the reader is at work, when nobody waits for it here; whoever waits for it later is told. */
function mayFail<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

async function nextTick(clock: Clock, over: AbortSignal): Promise<Extract<Beat, { kind: 'tick' }>> {
  const [time, elapsed] = [clock.now(), clock.elapsed()];
  await clock.sleep(TICK_MILLISECONDS, over);
  const passed = Math.max(clock.now() - time, clock.elapsed() - elapsed);
  return { kind: 'tick', lateMilliseconds: passed - TICK_MILLISECONDS };
}
