import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compileTools } from '../lab/native/compile.ts';

/** A BuildKit of a test's own: what becomes of it disturbs nobody else. */
export type OwnBuildkit = {
  /** For the input `builder`: "unix:///…". */
  readonly endpoint: string;
  /** Fills its disk to the last byte with something that is not its own. */
  fill(): void;
  /** Takes that away. */
  free(): void;
  stop(): Promise<void>;
};

const LONGEST_START_MILLISECONDS = 20_000;

/**
 * Needs root. With `diskMegabytes` all it writes is on a disk of that size in a mount namespace of its own, which is gone when it ends. It speaks
 * plain HTTP to registries on loopback.
 */
export async function startOwnBuildkit(diskMegabytes?: number): Promise<OwnBuildkit> {
  const { buildkitd } = await compileTools(() => undefined);
  const folder = mkdtempSync(join(tmpdir(), 'own-buildkit-'));
  const [root, socket, log] = ['root', 'buildkitd.sock', 'log'].map((name) => join(folder, name));
  mkdirSync(root ?? '');
  const config = join(folder, 'buildkitd.toml');
  const lines = [
    `root = "${root}"`,
    '[grpc]',
    `address = ["unix://${socket}"]`,
    '[worker.oci]',
    'enabled = true',
    'networkMode = "host"',
    '[worker.containerd]',
    'enabled = false',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const disk = diskMegabytes === undefined ? ':' : `mount -t tmpfs -o size=${diskMegabytes}m tmpfs "$1"`;
  const script = `${disk} && exec "$2" --config="$3" >"$4" 2>&1`;
  const words = ['--mount', '--', 'sh', '-c', script, 'sh', root ?? '', buildkitd, config, log ?? ''];
  const child = spawn('unshare', words, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(late);
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = performance.now() + LONGEST_START_MILLISECONDS;
  while (!existsSync(socket ?? '')) {
    if (child.exitCode !== null || performance.now() > deadline) {
      const words = existsSync(log ?? '') ? readFileSync(log ?? '', 'utf8') : '';
      await stop();
      throw new Error(`buildkitd did not start: ${words}`);
    }
    await sleep(50);
  }
  // Its disk is in a mount namespace of its own.
  const ballast = `/proc/${child.pid}/root${root}/ballast`;
  const fill = (): void => {
    try {
      for (;;) {
        appendFileSync(ballast, Buffer.alloc(4096));
      }
    } catch (error) {
      if (!String(error).includes('ENOSPC')) {
        throw error;
      }
    }
  };
  return { endpoint: `unix://${socket}`, fill, free: () => rmSync(ballast), stop };
}
