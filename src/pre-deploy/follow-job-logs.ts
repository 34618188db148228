import { DeployError } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import type { Ports } from '../ports.ts';
import type { JobContainer, JobName } from './job-pods.ts';
import { createJobWatch, type JobWatch } from './job-watch.ts';
import { createLogReaders, type LogReaders } from './log-readers.ts';

const LOOK_MILLISECONDS = 1000;
const DRAIN_MILLISECONDS = 3000;
const DRAIN_LOOK_MILLISECONDS = 200;

export type JobLogContext = { readonly api: KubeApi; readonly ports: Pick<Ports, 'clock' | 'notify'> };

/**
 * Prints what the containers of Jobs write, as they write it, until `stop` is aborted; then, for three seconds at most, the rest of those
 * that have ended. Each line is an `output`: "[migrate] …", or "[migrate-x7k2p init] …" where a Job has several containers or pods. Whether
 * the Jobs come to a good end is not looked at. What cannot be read is left out, with a warning where it is forbidden; only `cancelled` and
 * defects are thrown.
 */
export async function followJobLogs(
  jobs: readonly JobName[],
  { api, ports }: JobLogContext,
  stop: AbortSignal,
): Promise<void> {
  const watch = createJobWatch(jobs, api, ports.notify);
  const readers = createLogReaders(api, ports.notify, watch.labelOf);
  try {
    await followUntil(stop, watch, readers, ports);
    await drain(watch, readers, ports);
  } finally {
    await readers.end();
  }
}

async function followUntil(
  stop: AbortSignal,
  watch: JobWatch,
  readers: LogReaders,
  { clock }: JobLogContext['ports'],
): Promise<void> {
  const over = AbortSignal.any([stop, readers.broken]);
  const end = whenAborted(over);
  while (!over.aborted) {
    await Promise.race([look(watch, readers), end]);
    await clock.sleep(LOOK_MILLISECONDS, over);
  }
}

/** The Jobs may have ended since the last look, or before the first. */
async function drain(watch: JobWatch, readers: LogReaders, { clock }: JobLogContext['ports']): Promise<void> {
  const finished = new AbortController();
  const readRest = async (): Promise<void> => {
    for (;;) {
      const containers = await look(watch, readers);
      const ended = containers.filter(({ isRunning }) => !isRunning);
      if (readers.broken.aborted || finished.signal.aborted || !readers.isBusyWith(ended)) {
        return;
      }
      await clock.sleep(DRAIN_LOOK_MILLISECONDS, finished.signal);
    }
  };
  try {
    await Promise.race([readRest(), clock.sleep(DRAIN_MILLISECONDS, finished.signal)]);
  } finally {
    finished.abort();
  }
}

/** When the API server does not answer, what was seen before is gone on with. */
async function look(watch: JobWatch, readers: LogReaders): Promise<readonly JobContainer[]> {
  try {
    await watch.look();
  } catch (error) {
    if (!(error instanceof DeployError) || error.code === 'cancelled') {
      throw error;
    }
  }
  const containers = watch.containers();
  readers.read(containers);
  return containers;
}

async function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
