import type { Readable } from 'node:stream';
import type { Cancellation } from './cancellation.ts';

/** The lines of a stream as they come. What follows the last line break is a line too, once the stream has ended in good order. */
export async function* linesOf(stream: Readable, cancellation: Cancellation): AsyncGenerator<string, void, undefined> {
  stream.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of stream) {
      const parts = String(chunk).split('\n');
      for (const part of parts.slice(0, -1)) {
        yield rest + part;
        rest = '';
      }
      rest += parts.at(-1) ?? '';
    }
  } catch (error) {
    cancellation.assertNotCancelled();
    // Node's own word for it is "aborted".
    throw new Error('the connection broke off', { cause: error });
  }
  if (rest !== '') {
    yield rest;
  }
}
