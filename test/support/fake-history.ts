import type { KubeObject } from '../../src/kube/object.ts';
import { selects } from './fake-selectors.ts';
import { stopped } from './streams.ts';

type Change = {
  readonly version: number;
  readonly path: string;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
};

/** What happened to the objects of the fake cluster, and those who watch it. */
export class FakeHistory {
  readonly #changes: Change[] = [];
  #news = Promise.withResolvers<void>();
  #watchers = 0;

  get isWatched(): boolean {
    return this.#watchers > 0;
  }

  add(change: Change): void {
    this.#changes.push(change);
    this.#announce();
  }

  /** All watches end as with a connection that breaks. */
  breakWatches(): void {
    this.#news.reject(new Error('read ECONNRESET'));
    this.#news.promise.catch(() => undefined);
    this.#news = Promise.withResolvers();
  }

  /** The lines of a watch, until it is stopped. */
  async *linesAfter(
    version: number,
    folder: string,
    query: URLSearchParams,
    stop: AbortSignal,
  ): AsyncGenerator<string, void, undefined> {
    let position = this.#changes.findIndex((change) => change.version > version);
    position = position === -1 ? this.#changes.length : position;
    const stopping = stopped(stop);
    stopping.catch(() => undefined);
    this.#watchers += 1;
    try {
      for (;;) {
        const news = this.#news.promise;
        const fresh = this.#changes.slice(position);
        position += fresh.length;
        yield* fresh.filter(({ path }) => path.startsWith(`${folder}/`)).flatMap((change) => lineOf(change, query));
        if (position === this.#changes.length) {
          await Promise.race([news, stopping]);
        }
      }
    } finally {
      this.#watchers -= 1;
    }
  }

  #announce(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}

/** An object that is selected no more is told as deleted, as by a real server. */
function lineOf({ before, after }: Change, query: URLSearchParams): readonly string[] {
  const wasThere = before !== undefined && selects(query, before);
  if (after !== undefined && selects(query, after)) {
    return [JSON.stringify({ type: wasThere ? 'MODIFIED' : 'ADDED', object: after })];
  }
  return wasThere ? [JSON.stringify({ type: 'DELETED', object: after ?? before })] : [];
}
