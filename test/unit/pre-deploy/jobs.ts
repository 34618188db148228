import { DeployError } from '../../../src/errors.ts';
import type { KubeApi } from '../../../src/kube/api.ts';
import { followJobLogs } from '../../../src/pre-deploy/follow-job-logs.ts';
import type { JobName } from '../../../src/pre-deploy/job-pods.ts';
import type { StreamedAnswer } from '../../../src/http.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { answerOf } from '../../support/fake-api.ts';
import { instantClock } from '../../support/fake-ports.ts';
import { stopped } from '../../support/streams.ts';

/**
 * One run of a container of a Job on a node with a virtual clock; runs of the same container follow one another. All times are seconds since
 * the test began.
 */
export type FakeContainer = {
  readonly job?: string;
  readonly pod?: string;
  readonly name?: string;
  readonly isInit?: boolean;
  readonly startsAt: number;
  /** Undefined: it goes on running. */
  readonly endsAt?: number;
  /** When, and what it wrote. */
  readonly lines: readonly (readonly [number, string])[];
  /** The connection of each reading breaks after so many lines; undefined: never. */
  readonly breaks?: readonly (number | undefined)[];
  /** Thrown in the place of the first line. */
  readonly fault?: Error;
  /** What readings are answered with instead, one after the other. */
  readonly refusals?: readonly (JsonObject | string | undefined)[];
};

export type FakeJobs = {
  readonly containers: readonly FakeContainer[];
  readonly stopAt: number;
  readonly jobs?: readonly string[];
  /** Which label the pods have. */
  readonly label?: string;
  /** Between these, lists are answered a minute later. */
  readonly outage?: readonly [number, number];
  /** What the list of pods is answered with, from `listAnswerFrom` on. */
  readonly listAnswer?: JsonObject | Error;
  readonly listAnswerFrom?: number;
  /** Pods that are being deleted from this time on. */
  readonly leaving?: Readonly<Record<string, number>>;
  /** Lines have no times, as with a kubelet that knows none. */
  readonly hasNoTimes?: boolean;
};

export type Followed = {
  /** "3 [migrate] hello" */
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
  readonly logPaths: readonly string[];
  readonly lists: number;
  /** When following was over. */
  readonly endedAt: number;
  readonly mostStreams: number;
  readonly openStreams: number;
};

const BASE = Date.parse('2026-01-01T00:00:00Z');
const NAMESPACE = 'shop';

/** Follows the Jobs until `stopAt`. */
export async function followed(given: FakeJobs): Promise<Followed> {
  const clock = instantClock();
  const now = (): number => clock.elapsed() / 1000;
  const [lines, warnings, logPaths]: [string[], string[], string[]] = [[], [], []];
  const readings = new Map<FakeContainer, number>();
  let [lists, openStreams, mostStreams] = [0, 0, 0];

  const api: KubeApi = {
    request: async ({ path }) => {
      lists += 1;
      const [from, to] = given.outage ?? [0, 0];
      const answer = now() >= (given.listAnswerFrom ?? 0) ? given.listAnswer : undefined;
      if (answer instanceof Error) {
        throw answer;
      }
      if (now() >= from && now() < to) {
        await clock.sleep(60_000);
      }
      return answerOf(answer ?? { kind: 'PodList', items: podsAt(path, now(), given) });
    },
    watch: async (path, stop) => {
      logPaths.push(path);
      const url = new URL(path, 'http://api.example');
      const [, pod = ''] = /\/pods\/([^/]+)\/log$/.exec(url.pathname) ?? [];
      const runs = given.containers.filter(
        (one) => podOf(one) === pod && nameOf(one) === url.searchParams.get('container'),
      );
      const container = runs.findLast(({ startsAt }) => startsAt <= now());
      if (container === undefined) {
        throw new Error(`no such container: ${path}`);
      }
      const count = readings.get(container) ?? 0;
      readings.set(container, count + 1);
      const refusal = container.refusals?.[count];
      openStreams += 1;
      mostStreams = Math.max(mostStreams, openStreams);
      const played = refusal === undefined ? logOf(container, url.searchParams, count, stop) : once(refusal);
      const status = typeof refusal === 'object' ? answerOf(refusal).status : 200;
      return { status, headers: headersOf(refusal), lines: counted(played) } satisfies StreamedAnswer;
    },
    close: async () => {},
  };

  async function* counted(source: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
    try {
      yield* source;
    } finally {
      openStreams -= 1;
    }
  }

  async function* logOf(
    container: FakeContainer,
    query: URLSearchParams,
    reading: number,
    stop: AbortSignal,
  ): AsyncGenerator<string, void, undefined> {
    const since = query.get('sinceTime');
    const sinceSeconds = since === null ? 0 : Math.floor((Date.parse(since) - BASE) / 1000);
    const breakAfter = container.breaks?.[reading];
    const isWithTimes = query.get('timestamps') === 'true' && given.hasNoTimes !== true;
    const until = async (second: number): Promise<void> => {
      if (second > now()) {
        await clock.sleep((second - now()) * 1000, stop);
      }
      stop.throwIfAborted();
    };
    let count = 0;
    for (const [second, text] of container.lines.filter(([second]) => second >= sinceSeconds)) {
      if (second > now() && query.get('follow') !== 'true') {
        return;
      }
      await until(second);
      if (container.fault !== undefined) {
        throw container.fault;
      }
      if (count === breakAfter) {
        throw new DeployError('cluster-unreachable', 'the connection broke off');
      }
      count += 1;
      yield isWithTimes ? `${stampOf(second)} ${text}` : text;
    }
    if (count === breakAfter) {
      throw new DeployError('cluster-unreachable', 'the connection broke off');
    }
    if (query.get('follow') === 'true') {
      await (container.endsAt === undefined ? stopped(stop) : until(container.endsAt));
    }
  }

  const stop = new AbortController();
  const jobs: readonly JobName[] = (given.jobs ?? ['migrate']).map((name) => ({ namespace: NAMESPACE, name }));
  const following = followJobLogs(
    jobs,
    {
      api,
      ports: {
        clock,
        notify: (happening) => {
          if (happening.kind === 'output') {
            lines.push(`${Math.round(now() * 10) / 10} ${happening.text}`);
          } else if (happening.kind === 'warning') {
            warnings.push(happening.text);
          }
        },
      },
    },
    stop.signal,
  );
  let endedAt = 0;
  const end = following.finally(() => {
    endedAt = now();
  });
  await Promise.race([end, clock.sleep(given.stopAt * 1000)]);
  stop.abort();
  await end;
  // Whatever comes too late must not begin anything.
  await clock.sleep(200_000);
  return { lines, warnings, logPaths, lists, endedAt, mostStreams, openStreams };
}

/** What the kubelet writes before a line: nine digits after the second. */
function stampOf(second: number): string {
  return new Date(BASE + Math.round(second * 1000)).toISOString().replace('Z', '000000Z');
}

function podsAt(path: string, second: number, given: FakeJobs): readonly JsonObject[] {
  const selector = new URL(path, 'http://api.example').searchParams.get('labelSelector') ?? '';
  const label = given.label ?? 'batch.kubernetes.io/job-name';
  const own = given.containers.filter((one) => `${label}=${one.job ?? 'migrate'}` === selector);
  return [...Map.groupBy(own, podOf)]
    .filter(([, group]) => group.some(({ startsAt }) => startsAt <= second))
    .map(([pod, group]) => {
      const leavingFrom = given.leaving?.[pod];
      const isLeaving = leavingFrom !== undefined && leavingFrom <= second;
      return {
        metadata: { name: pod, uid: `uid-${pod}`, ...(isLeaving ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
        spec: {
          initContainers: namesOf(group.filter(isInit)).map((name) => ({ name })),
          containers: namesOf(group.filter((one) => !isInit(one))).map((name) => ({ name })),
        },
        status: {
          initContainerStatuses: statusesAt(group.filter(isInit), second),
          containerStatuses: statusesAt(
            group.filter((one) => !isInit(one)),
            second,
          ),
        },
      };
    });
}

/** Between two runs a container waits, and its status has the last run. */
function statusesAt(containers: readonly FakeContainer[], second: number): readonly JsonObject[] {
  return [...Map.groupBy(containers, nameOf)].map(([name, runs]) => {
    const index = runs.findLastIndex(({ startsAt }) => startsAt <= second);
    const { endsAt = Number.POSITIVE_INFINITY } = runs[index] ?? {};
    const hasEnded = second >= endsAt;
    const isLast = index === runs.length - 1;
    const terminated = { terminated: { exitCode: 1 } };
    const restartCount = Math.max(index, 0);
    if (index === -1) {
      return { name, restartCount, state: { waiting: {} } };
    }
    if (!hasEnded) {
      return { name, restartCount, state: { running: {} } };
    }
    return isLast
      ? { name, restartCount, state: terminated }
      : { name, restartCount, state: { waiting: {} }, lastState: terminated };
  });
}

const namesOf = (containers: readonly FakeContainer[]): readonly string[] => [...new Set(containers.map(nameOf))];
const podOf = ({ pod }: FakeContainer): string => pod ?? 'migrate-x7k2p';
const nameOf = ({ name }: FakeContainer): string => name ?? 'app';
const isInit = (container: FakeContainer): boolean => container.isInit === true;

function headersOf(refusal: JsonObject | string | undefined): Readonly<Record<string, string>> {
  return { 'content-type': typeof refusal === 'object' ? 'application/json' : 'text/plain' };
}

async function* once(refusal: JsonObject | string): AsyncGenerator<string, void, undefined> {
  yield typeof refusal === 'string' ? refusal : JSON.stringify(refusal);
}
