import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../lab/command.ts';
import type { Lab } from '../lab/lab.ts';
import { BUILDER_NAME, configureBuildkit, registerBuilder } from '../lab/native/buildkit.ts';
import { cgroupOf } from '../lab/native/cgroup.ts';
import { compileTools } from '../lab/native/compile.ts';

/** A BuildKit that runs and has never built anything. */
export type FreshBuilder = {
  /** Lets buildx take it by itself. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

/** Starts the BuildKit of a native lab once more, with an empty folder, as every job on a fresh runner has it. */
export async function startFreshBuilder(lab: Lab): Promise<FreshBuilder> {
  const binaries = await compileTools((line) => console.error(`lab: ${line}`));
  const folder = mkdtempSync(join(tmpdir(), 'bench-buildkit-'));
  const daemon = await configureBuildkit({
    folder,
    binaries,
    registry: lab.env['REGISTRY'] ?? '',
    cgroup: `${cgroupOf(lab.env['LAB_NAME'] ?? '')}/bench`,
  });
  // Its mounts and its steps end with it.
  const namespaces = ['--mount', '--pid', '--fork', '--mount-proc', '--kill-child'];
  const child = spawn('unshare', [...namespaces, ...daemon.argv], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const env = { BUILDX_CONFIG: join(folder, 'buildx'), BUILDX_BUILDER: BUILDER_NAME };
  try {
    await registerBuilder(binaries, env.BUILDX_CONFIG, folder);
    await run([binaries.buildx, 'inspect', '--bootstrap'], { env });
    return { env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
