import { DeployError } from '../errors.ts';
import { readAnswer, textOf } from '../kube/answers.ts';
import { statusMessage, type KubeApi } from '../kube/api.ts';
import type { JobContainer } from './job-pods.ts';
import { createLogCursor } from './log-cursor.ts';

const MOST_LINES = 5000;
const LONGEST_LINE = 4000;
const MOST_FAILURES = 3;

/** What the kubelet answers, with status 200, while the runtime does not have the log. */
const NO_LOG = 'unable to retrieve container logs';

/** The log of one container, over all readings of it. */
export type ContainerLog = {
  /** Whether there may be more to read than was. */
  isWanted(container: JobContainer): boolean;
  /**
   * Prints what is new: of a container that runs until it ends, of one that has ended to the end. What breaks off is no failure, the next
   * reading goes on there. Returns the server's words when it may not be read. Throws `cancelled` and defects.
   */
  read(container: JobContainer, stop: AbortSignal): Promise<string | undefined>;
};

export function createContainerLog(api: KubeApi, print: (text: string) => void): ContainerLog {
  const cursor = createLogCursor();
  let lines = 0;
  let failures = 0;
  /** While a container runs there is always another time; once it has ended, some attempts must do. */
  const countFailure = ({ isRunning }: JobContainer): void => {
    failures = isRunning ? 0 : failures + 1;
  };
  /** The run whose log is known to its end. */
  let done: number | undefined;

  /** False when the answer is not the log. */
  const printAll = async (answer: AsyncIterable<string>, container: JobContainer): Promise<boolean> => {
    const newText = cursor.begin();
    for await (const line of answer) {
      if (line.startsWith(NO_LOG)) {
        return false;
      }
      const text = newText(line);
      if (text !== undefined && lines === MOST_LINES) {
        lines += 1;
        print(`more than ${MOST_LINES} lines; the rest is in the cluster: ${logCommand(container)}`);
        return true;
      }
      if (text !== undefined) {
        lines += 1;
        print(shortened(text));
      }
    }
    return true;
  };

  const read = async (container: JobContainer, stop: AbortSignal): Promise<string | undefined> => {
    const answer = await api.watch(logPath(container, cursor.sinceTime()), stop);
    if (answer.status !== 200) {
      countFailure(container);
      const refusal = readAnswer({ ...answer, body: await textOf(answer.lines) });
      return refusal.status === 403 ? statusMessage(refusal) : undefined;
    }
    const isLog = await printAll(answer.lines, container);
    if (!isLog) {
      countFailure(container);
    } else if (!container.isRunning) {
      done = container.restarts;
    }
    return undefined;
  };

  return {
    isWanted: ({ isRunning, restarts }) =>
      lines <= MOST_LINES && (isRunning || (done !== restarts && failures < MOST_FAILURES)),
    read: async (container, stop) => {
      try {
        return await read(container, stop);
      } catch (error) {
        const isBreak = error instanceof DeployError ? error.code !== 'cancelled' : stop.aborted;
        if (!isBreak) {
          throw error;
        }
        countFailure(container);
        return undefined;
      }
    },
  };
}

function logPath({ job, pod, name, isRunning }: JobContainer, sinceTime: string | undefined): string {
  const query = new URLSearchParams({
    container: name,
    follow: String(isRunning),
    timestamps: 'true',
    ...(sinceTime === undefined ? {} : { sinceTime }),
  });
  const place = `/api/v1/namespaces/${encodeURIComponent(job.namespace)}/pods/${encodeURIComponent(pod)}`;
  return `${place}/log?${query.toString()}`;
}

function logCommand({ job, pod, name }: JobContainer): string {
  return `kubectl --namespace=${job.namespace} logs ${pod} --container=${name}`;
}

function shortened(text: string): string {
  const line = text.replace(/\r$/, '');
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE - 1)}…`;
}
