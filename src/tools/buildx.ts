import { join } from 'node:path';
import { DeployError, messageOf } from '../errors.ts';
import type { ToolsPlan } from '../plan/slices.ts';
import type { Ports } from '../ports.ts';
import { minorOf, type VersionWish } from '../values/version.ts';
import { newestInCache, onlyFromCache } from './from-cache.ts';
import { installRelease, type InstalledTool, type InstallPorts } from './install.ts';
import { platformOf } from './platform.ts';
import {
  asInstalled,
  noteUnchecked,
  printedVersion,
  type Preinstalled,
  type PreinstalledPorts,
} from './preinstalled.ts';
import { releaseOf } from './releases.ts';
import { resolveBuildx } from './resolve.ts';

/**
 * The first in which all that is asked of buildx is there: `imagetools create --prefer-index` came with 0.15, build checks in the metadata with 0.16,
 * `bake --allow` with 0.17, and `+=` in `bake --set` with 0.22.
 */
const OLDEST_USABLE_MINOR = 22;

const NAMES_ON_PATH: readonly string[] = ['buildx', 'docker-buildx'];

/** Where Docker's packages put plugins on Linux (docker/cli, cli-plugins/manager). */
const SYSTEM_PLUGIN_FOLDERS: readonly string[] = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
];

/** The folders in which docker looks for its plugins, in docker's order. */
export function pluginFolders(dockerConfig: string | undefined, home: string | undefined): readonly string[] {
  const own = home === undefined ? [] : [join(home, '.docker', 'cli-plugins')];
  const configured = dockerConfig === undefined ? [] : [join(dockerConfig, 'cli-plugins')];
  return [...configured, ...own, ...SYSTEM_PLUGIN_FOLDERS];
}

/**
 * The buildx for this build. `auto` takes what the runner has when it is 0.22 or newer, else the version that this action was tested with; an
 * exact version is taken from the runner when it is that very version and no sha256 is asked for, else it is installed. Where nothing may be
 * downloaded, and for `auto` where the site does not answer, the newest that fits is taken from the tool cache.
 */
export async function installBuildx(
  plan: ToolsPlan,
  pluginFolders: readonly string[],
  ports: InstallPorts & PreinstalledPorts,
): Promise<InstalledTool> {
  const { wish, mirror } = plan.buildx;
  const platform = platformOf(plan.platform, plan.arch);
  const version = resolveBuildx(wish);
  const isVouchedFor = wish.kind === 'exact' && wish.sha256 !== undefined;
  for await (const found of preinstalledBuildx(pluginFolders, platform.exe, ports)) {
    if (!isVouchedFor && fits(found.version, wish)) {
      noteUnchecked('buildx', found, plan, ports);
      return asInstalled('buildx', found);
    }
    const text = `buildx ${found.version} (${found.path}) is not what is needed: ${version} is`;
    ports.notify({ kind: 'note', text });
  }
  const sought = { tool: 'buildx', plan: plan.buildx, wanted: wantedWords(wish), fits: isWanted(wish) } as const;
  if (plan.isPreinstalledOnly) {
    return onlyFromCache(sought, plan, ports);
  }
  const release = releaseOf('buildx', version, platform, mirror);
  try {
    return await installRelease(release, wish.kind === 'exact' ? wish.sha256 : undefined, plan, ports);
  } catch (error) {
    const cached = isUnreachable(error) && wish.kind === 'auto' ? await newestInCache(sought, plan, ports) : undefined;
    if (cached === undefined) {
      throw error;
    }
    ports.notify({ kind: 'note', text: `${messageOf(error)} buildx ${cached.version} of the tool cache is used.` });
    return cached;
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof DeployError && error.code === 'tool-unavailable';
}

function isWanted(wish: VersionWish): (version: string) => boolean {
  return (version) => fits(version, wish);
}

function wantedWords(wish: VersionWish): string {
  return wish.kind === 'exact' ? wish.version : `v0.${OLDEST_USABLE_MINOR}.0 or newer`;
}

/** Path of any buildx that the runner has; undefined when there is none. Nothing is installed. */
export async function findBuildx(
  plan: ToolsPlan,
  pluginFolders: readonly string[],
  ports: PreinstalledPorts & Pick<Ports, 'files'>,
): Promise<string | undefined> {
  const { exe } = platformOf(plan.platform, plan.arch);
  for await (const { path } of preinstalledBuildx(pluginFolders, exe, ports)) {
    return path;
  }
  return undefined;
}

async function* preinstalledBuildx(
  pluginFolders: readonly string[],
  exe: string,
  ports: PreinstalledPorts & Pick<Ports, 'files'>,
): AsyncGenerator<Preinstalled> {
  for (const name of NAMES_ON_PATH) {
    const path = await ports.toolCache.onPath(name);
    yield* path === undefined ? [] : await asked(path, ports);
  }
  for (const folder of pluginFolders) {
    const path = join(folder, `docker-buildx${exe}`);
    yield* (await ports.files.kindOf(path)) === 'file' ? await asked(path, ports) : [];
  }
}

/** The executable with the version it says it has; nothing when it does not run or is no buildx. */
async function asked(path: string, ports: PreinstalledPorts): Promise<readonly Preinstalled[]> {
  const printed = await printedVersion(path, ['version'], ports.exec);
  // "github.com/docker/buildx v0.36.1 1d8dde8…"; distributions leave the v out and add their own suffix.
  const version = /github\.com\/docker\/buildx v?(\d+\.\d+\.\d+\S*)/.exec(printed ?? '')?.[1];
  return version === undefined ? [] : [{ path, version: `v${version}` }];
}

function fits(version: string, wish: VersionWish): boolean {
  if (wish.kind === 'exact') {
    return version === wish.version;
  }
  const minor = minorOf(version);
  return minor !== undefined && (minor.major > 0 || minor.minor >= OLDEST_USABLE_MINOR);
}
