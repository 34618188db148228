import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from '../lab/lab.ts';
import { configureBuildkit } from '../lab/native/buildkit.ts';
import { cgroupOf } from '../lab/native/cgroup.ts';
import { compileTool } from '../lab/native/compile.ts';
import { TOOLS } from '../lab/native/tools.ts';
import { until } from './until.ts';

/** A BuildKit that has built nothing yet, as every runner of GitHub has it. */
export type OwnBuildkit = {
  /** For the input `builder`: "unix:///tmp/…". */
  readonly address: string;
  /** Ends it with all that it runs, and removes all it has written. */
  readonly stop: () => Promise<void>;
};

/** Inside its own pid namespace -1 means: BuildKit and its steps, and nobody else. It ends with the process that started it, however that ends. */
const SCRIPT = 'exec 3<&0; { cat <&3 >/dev/null; kill -KILL -1; } & exec 3<&-; "$@" </dev/null';

export async function startOwnBuildkit(lab: Lab): Promise<OwnBuildkit> {
  const tool = TOOLS.find(({ name }) => name === 'buildkitd');
  if (tool === undefined) {
    throw new Error('the table of tools has no buildkitd');
  }
  const buildkitd = await compileTool(tool, 'first time only', (line) => console.error(`lab: ${line}`));
  // The path of a socket is short.
  const folder = await mkdtemp(join(tmpdir(), 'buildkit-'));
  const registry = lab.env['REGISTRY'] ?? '';
  const cgroup = cgroupOf(lab.name);
  const { argv } = await configureBuildkit({ folder, binaries: { buildkitd }, registry, cgroup });
  const namespaces = ['--mount', '--pid', '--fork', '--mount-proc', '--kill-child'];
  const child = spawn('unshare', [...namespaces, '--', 'sh', '-c', SCRIPT, 'sh', ...argv], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin.on('error', () => undefined);
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const socket = join(folder, 'buildkitd.sock');
  try {
    await until('the BuildKit of the test answers', async () => {
      if (hasEnded(child)) {
        throw new Error('the BuildKit of the test has ended');
      }
      return (await answers(socket)) ? true : undefined;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: `unix://${socket}`, stop };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect({ path });
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });
}
