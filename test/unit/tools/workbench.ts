import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { DeployError } from '../../../src/errors.ts';
import type { ToolPlan, ToolsPlan } from '../../../src/plan/slices.ts';
import type { Clock, Command, Exec, Files, Happening } from '../../../src/ports.ts';
import type { InstallPorts } from '../../../src/tools/install.ts';
import type { PreinstalledPorts } from '../../../src/tools/preinstalled.ts';
import { parseVersionWish } from '../../../src/values/version.ts';
import { FakeDownloads } from '../../support/fake-downloads.ts';
import { FakeToolCache } from '../../support/fake-tool-cache.ts';

/** What the tools phase needs, on a folder that is gone after the test. */
export type Workbench = {
  readonly folder: string;
  readonly site: FakeDownloads;
  readonly cache: FakeToolCache;
  /** Milliseconds of every sleep. */
  readonly pauses: readonly number[];
  readonly happenings: readonly Happening[];
  /** path of an executable → what it prints whatever it is asked. */
  readonly printed: Map<string, string>;
  readonly commands: readonly Command[];
  readonly ports: InstallPorts & PreinstalledPorts;
  plan(
    parts: {
      kubectl?: Partial<ToolPlan>;
      buildx?: Partial<ToolPlan>;
      helm?: Partial<ToolPlan>;
    } & Partial<Pick<ToolsPlan, 'githubToken' | 'signatures' | 'checksums' | 'isPreinstalledOnly'>>,
  ): ToolsPlan;
};

export async function workbench(t: TestContext): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'tools-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const site = new FakeDownloads();
  const cache = new FakeToolCache(join(folder, 'cache'));
  const pauses: number[] = [];
  const happenings: Happening[] = [];
  const printed = new Map<string, string>();
  const commands: Command[] = [];
  return {
    folder,
    site,
    cache,
    pauses,
    happenings,
    printed,
    commands,
    ports: {
      downloads: site,
      toolCache: cache,
      files: diskFiles,
      clock: instantClock(pauses),
      exec: printingExec(printed, commands),
      notify: (happening) => happenings.push(happening),
      assertNotCancelled: () => {},
    },
    plan: ({ kubectl, buildx, helm, githubToken, ...rest }) => ({
      platform: 'linux',
      arch: 'x64',
      folder: join(folder, 'private'),
      kubectl: { wish: { kind: 'auto' }, mirror: undefined, ...kubectl },
      buildx: { wish: { kind: 'auto' }, mirror: undefined, ...buildx },
      helm: { wish: { kind: 'auto' }, mirror: undefined, ...helm },
      skaffold: { wish: { kind: 'auto' }, mirror: undefined },
      structureTest: { wish: { kind: 'auto' }, mirror: undefined },
      isPreinstalledOnly: false,
      signatures: 'off',
      checksums: [],
      ...rest,
      githubToken,
    }),
  };
}

export const wish = (text: string): ToolPlan => ({ wish: parseVersionWish(text), mirror: undefined });

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A clock whose sleeps take no time but are written down; its dice always fall in the middle. */
export function instantClock(pauses: number[]): Clock {
  let now = 0;
  return {
    now: () => now,
    elapsed: () => now,
    random: () => 0.5,
    sleep: async (milliseconds) => {
      pauses.push(milliseconds);
      now += milliseconds;
    },
  };
}

function printingExec(printed: ReadonlyMap<string, string>, commands: Command[]): Exec {
  return {
    run: async (command) => {
      commands.push(command);
      const stdout = printed.get(command.tool);
      if (stdout === undefined) {
        throw new DeployError('tool-unavailable', `${command.tool} cannot be started`);
      }
      return { exitCode: 0, stdout, stderr: '', timedOut: false };
    },
    start: async () => {
      throw new Error('nothing is started in the background here');
    },
  };
}

const diskFiles: Files = {
  kindOf: async (path) => {
    try {
      return (await stat(path)).isDirectory() ? 'directory' : 'file';
    } catch {
      return 'missing';
    }
  },
  readText: (path) => readFile(path, 'utf8'),
  readBytes: (path) => readFile(path),
  writePrivate: async (path, text) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o600 });
  },
  glob: async () => [],
  sha256: async (path) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  makeExecutable: (path) => chmod(path, 0o755),
  remove: (path) => rm(path, { recursive: true, force: true }),
};
