import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Downloads, FetchOutcome } from '../../src/ports.ts';

export type DownloadRequest = { readonly url: string; readonly headers: Readonly<Record<string, string>> };

/** What a site answers instead of the file: a status, or nothing at all. */
export type DownloadFault =
  { readonly status: number; readonly retryAfterSeconds?: number } | { readonly networkError: string };

/**
 * A site in memory: what was published is served, everything else is 404. Faults queued for a URL are answered first, one per request. Files
 * are written to the real disk, as the adapter does.
 */
export class FakeDownloads implements Downloads {
  readonly requests: DownloadRequest[] = [];
  readonly #site = new Map<string, Buffer>();
  readonly #faults = new Map<string, DownloadFault[]>();

  publish(url: string, body: string | Buffer): void {
    this.#site.set(url, Buffer.from(body));
  }

  failNext(url: string, ...faults: readonly DownloadFault[]): void {
    this.#faults.set(url, [...(this.#faults.get(url) ?? []), ...faults]);
  }

  async text(url: string, headers: Readonly<Record<string, string>>): Promise<FetchOutcome> {
    const answer = this.#answer(url, headers);
    return Buffer.isBuffer(answer) ? { kind: 'ok', text: answer.toString('utf8') } : answer;
  }

  async file(url: string, headers: Readonly<Record<string, string>>, path: string): Promise<FetchOutcome> {
    const answer = this.#answer(url, headers);
    if (!Buffer.isBuffer(answer)) {
      return answer;
    }
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, answer, { mode: 0o600 });
    return { kind: 'ok', text: '' };
  }

  async post(url: string, json: string): Promise<FetchOutcome> {
    return this.text(`${url} ${json}`, {});
  }

  /** The URLs that were asked, in order; what was sent to one stands behind it. */
  get urls(): readonly string[] {
    return this.requests.map((request) => request.url);
  }

  #answer(url: string, headers: Readonly<Record<string, string>>): Buffer | FetchOutcome {
    this.requests.push({ url, headers });
    const fault = this.#faults.get(url)?.shift();
    if (fault === undefined) {
      return this.#site.get(url) ?? { kind: 'status', status: 404, retryAfterSeconds: undefined };
    }
    return 'networkError' in fault
      ? { kind: 'network', message: fault.networkError }
      : { kind: 'status', status: fault.status, retryAfterSeconds: fault.retryAfterSeconds };
  }
}
