import { HttpClient, type HttpClientResponse } from '@actions/http-client';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Downloads, FetchOutcome } from '../ports.ts';
import { answerOf, type Headers } from './redirects.ts';

export type DownloadLimits = {
  /** A site that sends nothing for so long is given up. */
  readonly silenceSeconds: number;
  /** One attempt, from the first packet to the last byte. */
  readonly attemptSeconds: number;
};

/** buildx has 65 MB: five minutes are enough from 2 Mbit/s on. */
const PATIENT: DownloadLimits = { silenceSeconds: 30, attemptSeconds: 300 };

/** Sums and version names have a few hundred bytes; whatever is longer is not one of them. */
const LONGEST_TEXT_BYTES = 1024 * 1024;

/** Downloads through @actions/http-client, which knows the runner's proxy variables (https_proxy, no_proxy). Each call is one attempt. */
export function proxiedDownloads(limits: DownloadLimits = PATIENT): Downloads {
  return {
    text: async (url, headers) => {
      const text = new TextSink();
      const outcome = await fetchInto(async () => text, getting(url, headers), limits);
      return outcome.kind === 'ok' ? { kind: 'ok', text: text.received() } : outcome;
    },
    post: async (url, json) => {
      const text = new TextSink();
      const outcome = await fetchInto(async () => text, posting(url, json), limits);
      return outcome.kind === 'ok' ? { kind: 'ok', text: text.received() } : outcome;
    },
    file: async (url, headers, path) => {
      const outcome = await fetchInto(() => newFile(path), getting(url, headers), limits);
      if (outcome.kind !== 'ok') {
        await removeIfPossible(path);
      }
      return outcome;
    },
  };
}

/** Begins to ask; `givenUp` rejects when nothing came for too long. */
type Ask = (client: HttpClient, givenUp: () => Promise<never>) => Promise<HttpClientResponse>;

function getting(url: string, headers: Headers): Ask {
  return async (client, givenUp) => answerOf(client, new URL(url), headers, givenUp);
}

/** A redirect is no answer to what was sent: it is told as the status that it is. */
function posting(url: string, json: string): Ask {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  return async (client, givenUp) => Promise.race([client.post(url, json, headers), givenUp()]);
}

async function newFile(path: string): Promise<Writable> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return createWriteStream(path, { mode: 0o600 });
}

/** What cannot be removed is overwritten by the next attempt; nothing is used before its sum was verified. */
async function removeIfPossible(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}

/** The sink is opened when there is something to write: a file that cannot be opened must fail where it is waited for. */
async function fetchInto(openSink: () => Promise<Writable>, ask: Ask, limits: DownloadLimits): Promise<FetchOutcome> {
  const silence = limits.silenceSeconds * 1000;
  const client = new HttpClient('k8s-deploy', [], { allowRedirects: false, socketTimeout: silence });
  const deadline = AbortSignal.timeout(limits.attemptSeconds * 1000);
  try {
    const { message } = await ask(client, () => silentOr(deadline, silence));
    if (message.statusCode !== 200) {
      const status = message.statusCode ?? 0;
      message.destroy();
      return { kind: 'status', status, retryAfterSeconds: secondsOf(message.headers['retry-after']) };
    }
    message.setTimeout(silence, () => message.destroy(new Error(`nothing came for ${limits.silenceSeconds} s`)));
    const sink = await openSink();
    let received = 0;
    message.on('data', (chunk: Buffer) => (received += chunk.length));
    await pipeline(message, sink, { signal: deadline });
    return completeness(received, message.headers['content-length']);
  } catch (error) {
    return { kind: 'network', message: deadline.aborted ? `not done in ${limits.attemptSeconds} s` : reasonOf(error) };
  } finally {
    client.dispose();
  }
}

/** Node itself notices a connection that breaks early; a proxy that ends a shorter body properly is only noticed here. */
function completeness(received: number, announced: string | undefined): FetchOutcome {
  return announced === undefined || Number(announced) === received
    ? { kind: 'ok', text: '' }
    : { kind: 'network', message: `${received} of ${announced} bytes arrived` };
}

/** Retry-After is a number of seconds or a date (RFC 9110, 10.2.3). */
function secondsOf(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) {
    return undefined;
  }
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

/** http-client's own timeout starts only once it is connected: a firewall that swallows packets would hold it for minutes. */
function silentOr(deadline: AbortSignal, silenceMilliseconds: number): Promise<never> {
  const signal = AbortSignal.any([deadline, AbortSignal.timeout(silenceMilliseconds)]);
  return new Promise((_resolve, reject) => {
    const giveUp = (): void => reject(new Error(`no answer in ${silenceMilliseconds / 1000} s`));
    signal.addEventListener('abort', giveUp, { once: true });
  });
}

/** Node puts several connection errors (one per address) into an AggregateError that has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map((one) => reasonOf(one)).join(', ');
  }
  return error instanceof Error ? error.message : String(error);
}

class TextSink extends Writable {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    done(this.#bytes > LONGEST_TEXT_BYTES ? new Error(`more than ${LONGEST_TEXT_BYTES} bytes of text`) : undefined);
  }

  received(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
