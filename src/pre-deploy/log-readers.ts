import type { KubeApi } from '../kube/api.ts';
import type { Notify } from '../ports.ts';
import { createContainerLog, type ContainerLog } from './container-log.ts';
import type { JobContainer } from './job-pods.ts';

const MOST_STREAMS = 8;

/** The readings that go on side by side. */
export type LogReaders = {
  /** Reads each of these that has something new and is not being read, as far as there is room. */
  read(containers: readonly JobContainer[]): void;
  /** Whether something of these is being read, or is still to be read. */
  isBusyWith(containers: readonly JobContainer[]): boolean;
  /** Aborted as soon as a reading has failed for a reason that is ours: no other reading will help. */
  readonly broken: AbortSignal;
  /** Ends all readings, and throws what has broken one: `cancelled` or a defect. */
  end(): Promise<void>;
};

type Reading = { readonly stop: AbortController; readonly work: Promise<void> };

/** `labelOf` is asked for each line: whose it is. */
export function createLogReaders(
  api: KubeApi,
  notify: Notify,
  labelOf: (container: JobContainer) => string,
): LogReaders {
  const logs = new Map<string, ContainerLog>();
  const readings = new Map<string, Reading>();
  const forbidden = new Set<string>();
  const broken = new AbortController();
  let hasEnded = false;

  const logOf = (container: JobContainer): ContainerLog => {
    const print = (text: string): void => notify({ kind: 'output', text: `[${labelOf(container)}] ${text}` });
    const log = logs.get(keyOf(container)) ?? createContainerLog(api, print);
    logs.set(keyOf(container), log);
    return log;
  };
  const isWanted = (container: JobContainer): boolean =>
    !forbidden.has(container.job.namespace) && logOf(container).isWanted(container);

  const readOne = async (container: JobContainer, stop: AbortSignal): Promise<void> => {
    const { namespace } = container.job;
    try {
      const refusal = await logOf(container).read(container, stop);
      if (refusal !== undefined && !forbidden.has(namespace)) {
        forbidden.add(namespace);
        notify({ kind: 'warning', text: `the logs of Jobs in ${namespace} may not be read: ${refusal}` });
      }
    } catch (error) {
      broken.abort(error);
    } finally {
      readings.delete(keyOf(container));
    }
  };

  return {
    broken: broken.signal,
    read: (containers) => {
      for (const container of containers) {
        const key = keyOf(container);
        if (!hasEnded && readings.size < MOST_STREAMS && !readings.has(key) && isWanted(container)) {
          const stop = new AbortController();
          readings.set(key, { stop, work: readOne(container, stop.signal) });
        }
      }
    },
    isBusyWith: (containers) =>
      containers.some((container) => readings.has(keyOf(container)) || (!container.isRunning && isWanted(container))),
    end: async () => {
      hasEnded = true;
      const left = [...readings.values()];
      left.forEach(({ stop }) => stop.abort());
      await Promise.all(left.map(async ({ work }) => work));
      if (broken.signal.aborted) {
        throw broken.signal.reason;
      }
    },
  };
}

function keyOf({ podUid, name }: JobContainer): string {
  return `${podUid}/${name}`;
}
