import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { get } from 'node:http';
import { basename, delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../provider.ts';
import { writeDockerConfiguration } from './docker-configuration.ts';
import { installPackages, unpackPackages } from './packages.ts';

export interface DockerEngineOptions {
  /** The engine makes a folder of its own in it. At most 80 characters: the path of a socket is short. */
  readonly folder: string;
  /** host:port of the lab's registry (plain HTTP): pushed to, pulled from, and asked first for images of Docker Hub. */
  readonly registry: string;
  readonly progress?: Progress | undefined;
}

export interface DockerEngine {
  /** The value for DOCKER_HOST. */
  readonly host: `unix://${string}`;
  /** Everything that the engine writes, `dockerd.log` among it; gone after `stop`. */
  readonly root: string;
  /** The docker command of the engine's own version. */
  readonly cli: string;
  /** Ends the engine with all its containers and removes all it has written. */
  stop(): Promise<void>;
}

const POLL_MS = 50;
const DEADLINE_MS = 60_000;
const PING_TIMEOUT_MS = 1_000;
const LOG_TAIL_BYTES = 3_000;

/**
 * Starts a real Docker engine (Debian's 20.10, for the drivers `docker` and `docker-container` of buildx) and resolves when it answers. It needs no running
 * lab, ends with this process however that ends, and has no network of its own: RUN needs `--network=host`, a builder `--driver-opt network=host`.
 */
export async function startDockerEngine(options: DockerEngineOptions): Promise<DockerEngine> {
  const progress = options.progress ?? ((line: string) => console.error(`lab: ${line}`));
  await installPackages(progress);
  // tini brings the docker-init that buildx asks for.
  const programs = join(await unpackPackages(['docker.io', 'tini'], progress), 'usr');
  await mkdir(options.folder, { recursive: true });
  const root = await mkdtemp(join(options.folder, 'docker-'));
  const socket = join(root, 'docker.sock');
  const log = openSync(join(root, 'dockerd.log'), 'a+');
  const config = await writeDockerConfiguration({ root, socket, registry: options.registry });
  const engine = launch(root, [join(programs, 'sbin/dockerd'), `--config-file=${config}`], {
    log,
    path: [join(programs, 'sbin'), join(programs, 'bin'), process.env['PATH'] ?? ''].join(delimiter),
  });
  try {
    await untilAnswering(engine, socket, log);
  } catch (error) {
    await engine.stop();
    throw error;
  } finally {
    closeSync(log);
  }
  return { host: `unix://${socket}`, root, cli: join(programs, 'bin/docker'), stop: engine.stop };
}

interface LaunchedEngine {
  readonly process: ChildProcess;
  readonly stop: () => Promise<void>;
}

function launch(
  root: string,
  command: readonly string[],
  { log, path }: { log: number; path: string },
): LaunchedEngine {
  const script = join(import.meta.dirname, 'docker-engine.sh');
  const child = spawn('sh', [script, root, `k8s-deploy-lab-${basename(root)}`, ...command], {
    detached: true,
    stdio: ['pipe', log, log],
    env: { ...process.env, PATH: path },
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  // An early end is reported by whoever waits for the engine.
  ended.catch(() => undefined);
  child.stdin?.on('error', () => undefined);
  // The pipe stays open for as long as this process lives, without keeping it alive.
  child.unref();
  if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  const stop = async (): Promise<void> => {
    child.ref();
    child.stdin?.end();
    if ((await ended) !== 0) throw new Error(`the Docker engine did not end cleanly, see ${root}`);
  };
  return { process: child, stop };
}

async function untilAnswering(engine: LaunchedEngine, socket: string, log: number): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await answers(socket))) {
    const hasEnded = engine.process.exitCode !== null || engine.process.signalCode !== null;
    const isLate = performance.now() > deadline;
    if (hasEnded || isLate) {
      const what = hasEnded ? 'ended before it answered' : `did not answer within ${DEADLINE_MS / 1000} s`;
      throw new Error(`the Docker engine ${what}:\n${tailOf(log)}`);
    }
    await sleep(POLL_MS);
  }
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ socketPath, path: '/_ping', timeout: PING_TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

/** Of the open file: its name may be gone with the engine. */
function tailOf(log: number): string {
  const { size } = fstatSync(log);
  const start = Math.max(0, size - LOG_TAIL_BYTES);
  const buffer = Buffer.alloc(size - start);
  readSync(log, buffer, 0, buffer.length, start);
  return buffer.toString('utf8');
}
