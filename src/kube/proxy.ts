import { DeployError, messageOf } from '../errors.ts';
import type { BackgroundProcess, Command, Exec } from '../ports.ts';
import { kubectlCommand, type Kubectl } from './kubectl.ts';

/** The `kubectl proxy` behind a socket: started again, by whoever needs it next, when it has died. */
export type Proxy = {
  /** The one that runs, or a new one. All who ask while it starts get the same. Throws `cluster-unreachable` when none can be started. */
  running(): Promise<BackgroundProcess>;
  /** Nobody listens behind this one any more: the next `running` is another one. */
  abandon(child: BackgroundProcess): Promise<void>;
  /** Stops what runs, for good. */
  close(): Promise<void>;
};

/** client-go looks after its HTTP/2 connection every 30 s and waits 15 s by default: a connection that is dead is then found after 45 s. */
const HEALTH_CHECKS = { HTTP2_READ_IDLE_TIMEOUT_SECONDS: '10', HTTP2_PING_TIMEOUT_SECONDS: '5' };

/** Starts the first one. Throws what `exec.start` throws. */
export async function startProxy(kubectl: Kubectl, socketPath: string, exec: Exec): Promise<Proxy> {
  const start = async (): Promise<BackgroundProcess> =>
    exec.start(proxyCommand(kubectl, socketPath), 'Starting to serve');
  let current: Promise<BackgroundProcess> | undefined;
  let isClosed = false;

  const begin = async (): Promise<BackgroundProcess> => {
    const starting = start();
    current = starting;
    const forget = (): void => {
      current = current === starting ? undefined : current;
    };
    starting.then((child) => child.exited.then(forget, forget), forget);
    return starting;
  };
  const running = async (): Promise<BackgroundProcess> => {
    if (isClosed) {
      throw new DeployError('cluster-unreachable', 'The API is closed');
    }
    try {
      return await (current ?? begin());
    } catch (error) {
      throw error instanceof DeployError && error.code === 'cancelled' ? error : notStarted(error);
    }
  };

  await begin();
  return {
    running,
    abandon: async (child) => {
      const suspect = current;
      const isCurrent = (await suspect?.catch(() => undefined)) === child;
      current = isCurrent && current === suspect ? undefined : current;
      await child.stop();
    },
    close: async () => {
      isClosed = true;
      const last = await current?.catch(() => undefined);
      await last?.stop();
    },
  };
}

/** kubectl replaces a socket that its predecessor left (kubectl proxy_server.go, ListenUnix). */
function proxyCommand(kubectl: Kubectl, socketPath: string): Command {
  const command = kubectlCommand(kubectl, ['proxy', `--unix-socket=${socketPath}`, '--append-server-path']);
  return { ...command, env: { ...command.env, ...HEALTH_CHECKS } };
}

function notStarted(error: unknown): DeployError {
  return new DeployError('cluster-unreachable', `kubectl proxy cannot be started again: ${messageOf(error)}`, {
    cause: error,
  });
}
