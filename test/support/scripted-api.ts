import { createReachability } from '../../src/kube/reachability.ts';
import type { KubeApi } from '../../src/kube/api.ts';
import { followCollection } from '../../src/kube/collection-follow.ts';
import type { CollectionEvent, CollectionWish } from '../../src/kube/collection.ts';
import { DeployError } from '../../src/errors.ts';
import { textAt, type JsonObject } from '../../src/values/json.ts';
import { answerOf } from './fake-api.ts';
import { instantClock } from './fake-ports.ts';
import { stopped } from './streams.ts';

/** A body, a Status with its `code`, or no answer at all. */
export type ListReply = JsonObject | Error;

/** One after the other: an event or any other line, a pause in seconds, 'EOF', 'RESET', 'SUSPEND'. What has no end stays open, silent. */
export type WatchReply = Error | { readonly refusal: JsonObject } | readonly (JsonObject | string | number)[];

/** Each list takes the next reply, and so does each watch; the last one is for all that follow. */
export type Script = {
  readonly lists: readonly ListReply[];
  readonly watches: readonly WatchReply[];
  readonly retryAfterSeconds?: number;
};

export type Followed = {
  /** "0 list", "0.8 watch 10": seconds, and the version that is watched from. */
  readonly log: readonly string[];
  /** "0 listed a b", "3 changed a", "4 deleted b", "10 forbidden: …". */
  readonly events: readonly string[];
  readonly objects: readonly JsonObject[];
  /** Seconds of the outage at the end; undefined when there is none. */
  readonly outageSeconds: number | undefined;
  readonly outage: string | undefined;
  readonly paths: readonly string[];
  /** The collection was given up before it was stopped. */
  readonly hasEnded: boolean;
  /** Watches that were open at the end. */
  readonly openWatches: number;
};

const PODS: CollectionWish = { path: '/api/v1/namespaces/shop/pods' };

/** Follows a collection of a scripted server for some seconds of a virtual clock. */
export async function followFor(
  seconds: number,
  script: Script,
  wish: Partial<CollectionWish> = {},
): Promise<Followed> {
  const clock = instantClock();
  const log: string[] = [];
  const paths: string[] = [];
  const events: string[] = [];
  const watches: AbortSignal[] = [];
  const objects: JsonObject[] = [];
  const time = (): string => String(Math.round(clock.elapsed() / 100) / 10);
  const count = { list: 0, watch: 0 };
  const next = <Reply>(kind: 'list' | 'watch', replies: readonly Reply[]): Reply | undefined => {
    count[kind] += 1;
    return replies[count[kind] - 1] ?? replies.at(-1);
  };
  const api: KubeApi = {
    request: async ({ path }) => {
      paths.push(path);
      log.push(`${time()} list`);
      const reply = next('list', script.lists);
      if (reply instanceof Error) {
        throw reply;
      }
      return { ...answerOf(reply), retryAfterSeconds: script.retryAfterSeconds };
    },
    watch: async (path, stop) => {
      paths.push(path);
      log.push(`${time()} watch ${new URLSearchParams(path.split('?')[1]).get('resourceVersion') ?? ''}`);
      watches.push(stop);
      const reply = next('watch', script.watches) ?? [];
      if (reply instanceof Error) {
        throw reply;
      }
      const headers: Record<string, string> = { 'content-type': 'application/json' };
      if ('refusal' in reply) {
        const seconds = script.retryAfterSeconds;
        return {
          status: answerOf(reply.refusal).status,
          headers: seconds === undefined ? headers : { ...headers, 'retry-after': String(seconds) },
          lines: played([JSON.stringify(reply.refusal), 'EOF'], stop),
        };
      }
      return { status: 200, headers, lines: played(reply, stop) };
    },
    close: async () => {},
  };

  async function* played(
    steps: readonly (JsonObject | string | number)[],
    stop: AbortSignal,
  ): AsyncGenerator<string, void, undefined> {
    for (const step of steps) {
      if (typeof step === 'number') {
        await Promise.race([clock.sleep(step * 1000, stop), stopped(stop)]);
      } else if (step === 'EOF') {
        return;
      } else if (step === 'RESET') {
        throw new DeployError('cluster-unreachable', 'ECONNRESET');
      } else if (step === 'SUSPEND') {
        clock.skip(60_000);
      } else {
        yield typeof step === 'string' ? step : JSON.stringify(step);
      }
    }
    await stopped(stop);
  }

  const hear = (event: CollectionEvent): void => {
    if (event.kind === 'listed') {
      events.push([time(), 'listed', ...event.objects.map(nameOf)].join(' '));
      objects.push(...event.objects);
    } else if (event.kind === 'forbidden') {
      events.push(`${time()} forbidden: ${event.message}`);
    } else {
      events.push(`${time()} ${event.kind} ${nameOf(event.object)}`);
      objects.push(event.object);
    }
  };

  const reachability = createReachability(clock);
  const stop = new AbortController();
  let hasEnded = false;
  const follow = async (): Promise<void> => {
    await followCollection({ ...PODS, ...wish }, { api, clock, reachability }, hear, stop.signal);
    hasEnded = !stop.signal.aborted;
  };
  const following = follow();
  await clock.sleep(seconds * 1000);
  const outage = reachability.outage();
  const openWatches = watches.filter((signal) => !signal.aborted).length;
  stop.abort();
  await following;
  return {
    log,
    events,
    objects,
    outageSeconds: outage?.seconds,
    outage: outage?.message,
    paths,
    hasEnded,
    openWatches,
  };
}

function nameOf(object: JsonObject): string {
  return textAt(object, 'metadata', 'name') ?? '';
}

/** A list of objects by these names. */
export function listOf(version: string, ...names: readonly string[]): JsonObject {
  const items = names.map((name) => ({ metadata: { name } }));
  return { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: version }, items };
}

export function eventOf(type: string, name: string, version: string): JsonObject {
  return { type, object: { kind: 'Pod', apiVersion: 'v1', metadata: { name, resourceVersion: version } } };
}

export function statusOf(code: number, reason: string, message = reason): JsonObject {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message };
}
