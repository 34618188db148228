import type { IncomingMessage, ServerResponse } from 'node:http';

/** The watches that go through a proxy at the moment, and what can be done to them. */
export type OpenWatches = {
  readonly open: number;
  readonly most: number;
  /** Passes an answer on, chunk by chunk, for as long as both ends are there. */
  follow(answer: IncomingMessage, response: ServerResponse): void;
  /** Breaks each in the middle of a line. */
  cut(): void;
  /** Ends each in good order. */
  end(): void;
  /** Writes a line into each. */
  say(line: string): void;
  /** From now on nothing is passed on, and ends are not told, until `speak`. */
  mute(): void;
  /** Passes on what was held back meanwhile. */
  speak(): void;
  forgetMost(): void;
};

/** A watch on its way; `held` is what came while it was mute. */
type Watch = { readonly response: ServerResponse; readonly held: Buffer[]; isOver: boolean };

const HALF_A_LINE = '{"type":"MODIFIED","object":{"kind":"Po';

export function openWatches(): OpenWatches {
  const watches = new Set<Watch>();
  let isMute = false;
  let most = 0;
  return {
    get open() {
      return watches.size;
    },
    get most() {
      return most;
    },
    follow: (answer, response) => {
      const watch: Watch = { response, held: [], isOver: false };
      watches.add(watch);
      most = Math.max(most, watches.size);
      response.on('close', () => watches.delete(watch));
      answer.on('data', (chunk: Buffer) => {
        if (isMute) {
          watch.held.push(chunk);
        } else {
          response.write(chunk);
        }
      });
      answer.on('end', () => {
        watch.isOver = true;
        if (!isMute) {
          response.end();
        }
      });
    },
    cut: () => watches.forEach(({ response }) => response.write(HALF_A_LINE, () => response.destroy())),
    end: () => watches.forEach(({ response }) => response.end()),
    say: (line) => watches.forEach(({ response }) => response.write(`${line}\n`)),
    mute: () => {
      isMute = true;
    },
    speak: () => {
      isMute = false;
      for (const { response, held, isOver } of watches) {
        held.splice(0).forEach((chunk) => response.write(chunk));
        if (isOver) {
          response.end();
        }
      }
    },
    forgetMost: () => {
      most = watches.size;
    },
  };
}
