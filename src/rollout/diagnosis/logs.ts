import { DeployError } from '../../errors.ts';
import { statusMessage, type KubeApi } from '../../kube/api.ts';
import type { Clock } from '../../ports.ts';
import type { ContainerState } from './containers.ts';
import { logLines, oneLine } from './plain-text.ts';

const LINE_LIMIT = 30;
const BYTE_LIMIT = 65_536;
const ATTEMPTS = 3;
const PAUSE_MILLISECONDS = 500;

export type Log = { readonly lines: readonly string[]; readonly missing: string | undefined };

export type LogReader = { readonly api: KubeApi; readonly clock: Pick<Clock, 'sleep'> };

/**
 * The last words of a container. While it waits to be started again, its log is that of the one that ended (kubelet, validateContainerLogStatus); when
 * it runs again, the one before it comes first: why it ended is said there. Never throws but when cancelled.
 */
export async function readLog(
  place: { readonly namespace: string; readonly pod: string },
  container: ContainerState,
  reader: LogReader,
): Promise<Log> {
  const hasRun = container.isRunning || container.exitCode !== undefined;
  if (!hasRun) {
    return { lines: [], missing: undefined };
  }
  const path = logPath(place, container.name);
  const current = await readOne(`${path}&previous=false`, reader);
  const isPreviousWanted = container.hasPrevious && (container.isRunning || current.lines.length === 0);
  const previous = isPreviousWanted ? await readOne(`${path}&previous=true`, reader) : undefined;
  const lines = [...(previous?.lines ?? []), ...current.lines];
  return { lines, missing: lines.length > 0 ? undefined : (current.missing ?? previous?.missing) };
}

/** The last lines that a container wrote before it ended; empty when there is nothing to read. Never throws but when cancelled. */
export async function readLastWords(
  place: { readonly namespace: string; readonly pod: string; readonly container: string },
  api: KubeApi,
): Promise<readonly string[]> {
  const path = logPath(place, place.container);
  const { log } = await tryOnce(`${path}&previous=true`, api);
  return log.lines.length > 0 ? log.lines : (await tryOnce(`${path}&previous=false`, api)).log.lines;
}

function logPath(place: { readonly namespace: string; readonly pod: string }, container: string): string {
  const pod = `/api/v1/namespaces/${encodeURIComponent(place.namespace)}/pods/${encodeURIComponent(place.pod)}`;
  return `${pod}/log?container=${encodeURIComponent(container)}`;
}

/** Right after the end of a container its log may be there only a moment later: the runtime moves the file. */
async function readOne(path: string, { api, clock }: LogReader): Promise<Log> {
  let log: Log = { lines: [], missing: undefined };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const tried = await tryOnce(path, api);
    if (!tried.isWorthAnother) {
      return tried.log;
    }
    ({ log } = tried);
    if (attempt < ATTEMPTS) {
      await clock.sleep(PAUSE_MILLISECONDS);
    }
  }
  return log;
}

async function tryOnce(path: string, api: KubeApi): Promise<{ readonly log: Log; readonly isWorthAnother: boolean }> {
  try {
    const answer = await api.request({
      method: 'GET',
      path: `${path}&tailLines=${LINE_LIMIT}&limitBytes=${BYTE_LIMIT}`,
    });
    const isGone = answer.text.startsWith('unable to retrieve container logs');
    if (answer.status === 200 && !isGone) {
      // The limit cuts the end off, which is what matters most.
      const isCut = Buffer.byteLength(answer.text) >= BYTE_LIMIT;
      const shorter = isCut ? await api.request({ method: 'GET', path: `${path}&tailLines=3` }) : answer;
      return {
        log: { lines: logLines(shorter.status === 200 ? shorter.text : answer.text), missing: undefined },
        isWorthAnother: false,
      };
    }
    return {
      log: { lines: [], missing: whyMissing(answer.status, statusMessage(answer)) },
      isWorthAnother: isGone || answer.status >= 500,
    };
  } catch (error) {
    if (error instanceof DeployError && error.code !== 'cancelled') {
      return { log: { lines: [], missing: 'the API server does not answer' }, isWorthAnother: false };
    }
    throw error;
  }
}

function whyMissing(status: number, message: string): string {
  return status === 403 ? "the kubeconfig's user may not read logs" : oneLine(message);
}
