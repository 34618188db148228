import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ToolCache } from '../../src/ports.ts';
import { isJsonObject } from '../../src/values/json.ts';

/** A tool cache in a folder of its own, with the layout of the runner's (`tool/version/arch`), and a PATH that is set by hand. */
export class FakeToolCache implements ToolCache {
  readonly #folder: string;
  readonly #path = new Map<string, string>();
  #full = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** From now on storing fails, as on a disk without room. */
  fill(): void {
    this.#full = true;
  }

  putOnPath(name: string, path: string): void {
    this.#path.set(name, path);
  }

  folderOf(tool: string, version: string, arch: string): string {
    return join(this.#folder, tool, version.replace(/^v/, ''), arch);
  }

  async find(tool: string, version: string, arch: string): Promise<string | undefined> {
    const folder = this.folderOf(tool, version, arch);
    return (await exists(folder)) ? folder : undefined;
  }

  async versions(tool: string, arch: string): Promise<readonly string[]> {
    const versions = await readdir(join(this.#folder, tool)).catch(() => []);
    const found = await Promise.all(versions.map(async (version) => exists(this.folderOf(tool, version, arch))));
    return versions.filter((_version, index) => found[index] === true);
  }

  async store(path: string, fileName: string, tool: string, version: string, arch: string): Promise<string> {
    if (this.#full) {
      throw new Error('ENOSPC: no space left on device');
    }
    const folder = this.folderOf(tool, version, arch);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await copyFile(path, join(folder, fileName));
    return folder;
  }

  /** Its archives are JSON: path in the archive → content. */
  async extract(archive: string, folder: string): Promise<void> {
    const entries: unknown = JSON.parse(await readFile(archive, 'utf8'));
    for (const [name, content] of Object.entries(isJsonObject(entries) ? entries : {})) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), String(content));
    }
  }

  async onPath(name: string): Promise<string | undefined> {
    return this.#path.get(name);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
