import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from '../command.ts';
import type { Progress } from '../provider.ts';
import { cacheFolder } from './cache-folder.ts';
import { type Tool, type ToolName, TOOLS } from './tools.ts';

export type Binaries = Readonly<Record<ToolName, string>>;

const GO_FOLDER = join(import.meta.dirname, '..', 'go');

/** The paths of all compiled tools; compiles those that the cache lacks. */
export async function compileTools(progress: Progress): Promise<Binaries> {
  const binaries: Partial<Record<ToolName, string>> = {};
  for (const [position, tool] of TOOLS.entries()) {
    binaries[tool.name] = await compileTool(tool, `${position + 1} of ${TOOLS.length}, first time only`, progress);
  }
  if (!isComplete(binaries)) throw new Error('the table of tools lacks one');
  return binaries;
}

/** The path of one compiled tool; compiles it when the cache lacks it. */
export async function compileTool(tool: Tool, remark: string, progress: Progress): Promise<string> {
  const path = await cachedPath(tool);
  if (!existsSync(path)) {
    progress(`compiling ${tool.name} (${remark})`);
    await compile(tool, path);
  }
  return path;
}

export async function isEverythingCompiled(): Promise<boolean> {
  const paths = await Promise.all(TOOLS.map(cachedPath));
  return paths.every((path) => existsSync(path));
}

function isComplete(binaries: Partial<Binaries>): binaries is Binaries {
  return TOOLS.every(({ name }) => binaries[name] !== undefined);
}

async function compile(tool: Tool, path: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  // Two labs may compile at once: each writes its own file and the rename decides, so nobody runs half a program.
  const unfinished = join(path, '..', `.${basename(path)}.${process.pid}`);
  await run(['go', 'build', ...buildFlags(tool), '-o', unfinished, tool.package], {
    cwd: join(GO_FOLDER, tool.group),
    env: { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOWORK: 'off' },
  });
  await rename(unfinished, path);
}

async function cachedPath(tool: Tool): Promise<string> {
  const hash = createHash('sha256');
  const folder = join(GO_FOLDER, tool.group);
  for (const file of await readdir(folder)) hash.update(await readFile(join(folder, file)));
  hash.update(JSON.stringify([process.arch, buildFlags(tool), tool.package]));
  return join(cacheFolder(), 'bin', `${tool.name}-${hash.digest('hex').slice(0, 16)}`);
}

function buildFlags(tool: Tool): readonly string[] {
  const linkerFlags = ['-s', '-w', ...tool.stamps.map((stamp) => `-X ${stamp}`)].join(' ');
  return ['-trimpath', '-ldflags', linkerFlags];
}
