import { DeployError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { compareVersions } from '../values/version.ts';
import type { Platform } from './platform.ts';
import type { ToolName } from './releases.ts';

type LookPorts = Pick<Ports, 'toolCache'>;

/** The versions of a tool in the tool cache that fit, the newest first: "v1.34.4". Whether their bytes are the right ones is not looked at. */
export async function versionsInCache(
  tool: ToolName,
  { arch }: Platform,
  fits: (version: string) => boolean,
  ports: LookPorts,
): Promise<readonly string[]> {
  const versions = (await ports.toolCache.versions(tool, arch)).map((version) => `v${version.replace(/^v/, '')}`);
  return versions.filter(fits).toSorted((one, other) => compareVersions(other, one));
}

/** The failure where nothing may be downloaded and nothing that is there will do. `wanted` is a version, or words for one. */
export async function notOnRunner(
  tool: ToolName,
  wanted: string,
  platform: Platform,
  ports: LookPorts,
): Promise<DeployError> {
  const cached = await versionsInCache(tool, platform, () => true, ports);
  const inCache = cached.length === 0 ? 'none' : cached.join(', ');
  const place = `${tool}/<version>/${platform.arch}`;
  return new DeployError(
    'tool-unavailable',
    `${tool} ${wanted} is not on this runner: none on PATH that fits, and in the tool cache ${inCache} for ${platform.arch}.`,
    {
      hint: `\`tools: preinstalled\` downloads nothing. Put ${tool} on PATH, or into the tool cache as ${place}/${tool}${platform.exe} with its sha256 in ${tool}.sha256 beside it and an empty file <version>/${platform.arch}.complete.`,
    },
  );
}
