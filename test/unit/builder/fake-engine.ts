import { textAt } from '../../../src/values/json.ts';
import type { Http, HttpAnswer, HttpRequest } from '../../../src/http.ts';

type Container = { readonly createdAt: number; isRunning: boolean; isBuilding: boolean };

/** A Docker engine with the containers and volumes of builders, and its API as far as it is asked. */
export type FakeEngine = Pick<Http, 'request'> & {
  isUp: boolean;
  /** What buildx says of the engine itself. */
  inspectedAsDefault: string;
  /** Why the image of BuildKit does not come: one entry for each pull that fails. */
  readonly pulls: string[];
  /** Why a builder without a container does not answer. */
  elsewhere: string | undefined;
  readonly containers: Map<string, Container>;
  /** Names, and when they were made in milliseconds. */
  readonly volumes: Map<string, number>;
  /** Names of containers, and of volumes, that the engine refuses to remove. */
  readonly stuck: Set<string>;
  boot(container: string): string | undefined;
  isRunning(container: string): boolean;
  remove(container: string): void;
};

/** Debian's 20.10 under buildx 0.36.1. */
export const DEFAULT_ENGINE = `Name:   default
Driver: docker

Nodes:
Name:             default
Endpoint:         default
Status:           running
BuildKit version: v0.8+unknown
Platforms:        linux/amd64, linux/386
`;

export function fakeEngine(now: () => number = () => 0): FakeEngine {
  const engine: FakeEngine = {
    isUp: true,
    inspectedAsDefault: DEFAULT_ENGINE,
    pulls: [],
    elsewhere: undefined,
    containers: new Map(),
    volumes: new Map(),
    stuck: new Set(),
    boot: (name) => {
      const found = engine.containers.get(name);
      if (found !== undefined) {
        found.isRunning = true;
        return undefined;
      }
      const trouble = engine.pulls.shift();
      if (trouble === undefined) {
        engine.containers.set(name, { createdAt: now(), isRunning: true, isBuilding: false });
        engine.volumes.set(`${name}_state`, now());
      }
      return trouble;
    },
    isRunning: (name) => engine.containers.get(name)?.isRunning === true,
    remove: (name) => {
      engine.containers.delete(name);
      engine.volumes.delete(`${name}_state`);
    },
    request: async (target, request) => {
      if (!engine.isUp || target.kind !== 'socket' || target.socketPath !== '/var/run/docker.sock') {
        throw new Error('connect ENOENT');
      }
      return answerTo(request, engine);
    },
  };
  return engine;
}

function answerTo({ method, path }: HttpRequest, engine: FakeEngine): HttpAnswer {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const [, kind, name = '', rest] = pathname.split('/');
  const filters: unknown = JSON.parse(searchParams.get('filters') ?? '{}');
  const wanted = textAt(filters, 'name', 0) ?? '';
  const isWanted = ([key]: readonly [string, unknown]): boolean => key.includes(wanted);
  if (method === 'DELETE') {
    return removed(kind === 'containers' ? 'containers' : 'volumes', name, engine);
  }
  if (rest === 'top') {
    const container = engine.containers.get(name);
    return container?.isRunning === true
      ? answer(200, { Titles: ['UID', 'PID', 'CMD'], Processes: processesOf(container) })
      : answer(409, { message: `Container ${name} is not running` });
  }
  if (kind === 'containers') {
    const found = [...engine.containers].filter(isWanted);
    return answer(
      200,
      found.map(([key, { createdAt }]) => ({ Id: key, Names: [`/${key}`], Created: createdAt / 1000 })),
    );
  }
  const found = [...engine.volumes].filter(isWanted);
  const volumes = found.map(([key, at]) => ({ Name: key, CreatedAt: new Date(at).toISOString() }));
  return answer(200, { Volumes: volumes.length === 0 ? null : volumes, Warnings: null });
}

function removed(kind: 'containers' | 'volumes', name: string, engine: FakeEngine): HttpAnswer {
  const isInUse = kind === 'volumes' && engine.containers.has(name.replace(/_state$/, ''));
  if (engine.stuck.has(name) || isInUse) {
    return answer(409, { message: `${name} is in use` });
  }
  return engine[kind].delete(name) ? answer(204) : answer(404, { message: `no such ${name}` });
}

/** Rows of `docker top`, as seen while a build runs and while none does. */
function processesOf({ isBuilding }: Container): readonly (readonly string[])[] {
  const rows = [
    ['root', '2849', '/sbin/docker-init -- buildkitd --allow-insecure-entitlement=network.host'],
    ['root', '2864', 'buildkitd --allow-insecure-entitlement=network.host'],
  ];
  return isBuilding ? [...rows, ['root', '2980', 'buildctl dial-stdio']] : rows;
}

function answer(status: number, content?: unknown): HttpAnswer {
  return { status, headers: {}, body: content === undefined ? '' : JSON.stringify(content) };
}
