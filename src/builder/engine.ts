import type { HttpTarget } from '../http.ts';
import type { Ports } from '../ports.ts';
import { numberAt, objectsAt, textAt, valueAt } from '../values/json.ts';

/** The few questions to the API of a Docker engine that buildx does not ask. Each throws an Error when the engine does not do as it is told. */
export type Engine = {
  /** Containers, running or not, whose names contain a text. */
  containers(text: string): Promise<readonly Container[]>;
  /** Volumes whose names contain a text. */
  volumes(text: string): Promise<readonly Volume[]>;
  /** Command lines of the processes in a container; none when it does not run. */
  processes(container: string): Promise<readonly string[]>;
  /** With its anonymous volumes; nothing happens when it is gone. */
  removeContainer(id: string): Promise<void>;
  removeVolume(name: string): Promise<void>;
};

export type Container = { readonly id: string; readonly name: string; readonly createdAt: number };
/** `createdAt` is in milliseconds since the epoch, NaN where the engine does not say it. */
export type Volume = { readonly name: string; readonly createdAt: number };

/** Stopping BuildKit and deleting gigabytes take their time. */
const TIMEOUT_SECONDS = 60;

/** The engine behind a DOCKER_HOST; undefined for one that is not on a unix socket. */
export function engineAt(dockerHost: string, { http }: Pick<Ports, 'http'>): Engine | undefined {
  const socketPath = /^unix:\/\/(\/.+)$/.exec(dockerHost)?.[1];
  if (socketPath === undefined) {
    return undefined;
  }
  const target: HttpTarget = { kind: 'socket', socketPath };
  const ask = async (method: 'GET' | 'DELETE', path: string, fine: readonly number[]): Promise<unknown> => {
    const { status, body } = await http.request(target, { method, path, timeoutSeconds: TIMEOUT_SECONDS });
    if (status >= 300 && !fine.includes(status)) {
      throw new Error(`${method} ${path} of the engine: ${status} ${body.trim()}`);
    }
    return status < 300 && body !== '' ? JSON.parse(body) : undefined;
  };
  return {
    containers: async (text) => {
      const found = await ask('GET', `/containers/json?all=1&filters=${named(text)}`, []);
      return objectsAt({ found }, 'found').map((item) => ({
        id: textAt(item, 'Id') ?? '',
        name: textAt(item, 'Names', 0) ?? '',
        createdAt: (numberAt(item, 'Created') ?? Number.NaN) * 1000,
      }));
    },
    volumes: async (text) => {
      const found = await ask('GET', `/volumes?filters=${named(text)}`, []);
      return objectsAt(found, 'Volumes').map((item) => ({
        name: textAt(item, 'Name') ?? '',
        createdAt: Date.parse(textAt(item, 'CreatedAt') ?? ''),
      }));
    },
    processes: async (container) => {
      const found = valueAt(await ask('GET', `/containers/${container}/top`, [404, 409]), 'Processes');
      return Array.isArray(found) ? found.map((columns) => String(columns)) : [];
    },
    removeContainer: async (id) => {
      await ask('DELETE', `/containers/${id}?force=1&v=1`, [404]);
    },
    removeVolume: async (name) => {
      await ask('DELETE', `/volumes/${encodeURIComponent(name)}`, [404]);
    },
  };
}

function named(text: string): string {
  return encodeURIComponent(JSON.stringify({ name: [text] }));
}
