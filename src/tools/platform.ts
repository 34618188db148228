import { DeployError } from '../errors.ts';

/** A machine in the words that the releases of all tools use in their file names. */
export type Platform = {
  readonly os: 'linux' | 'darwin' | 'windows';
  readonly arch: 'amd64' | 'arm64';
  /** What the name of an executable ends with. */
  readonly exe: '' | '.exe';
};

/** "linux-arm64": the key of the table of checksums. */
export type PlatformKey = `${Platform['os']}-${Platform['arch']}`;

const SYSTEMS: ReadonlyMap<string, Pick<Platform, 'os' | 'exe'>> = new Map([
  ['linux', { os: 'linux', exe: '' }],
  ['darwin', { os: 'darwin', exe: '' }],
  ['win32', { os: 'windows', exe: '.exe' }],
]);

const ARCHITECTURES: ReadonlyMap<string, Platform['arch']> = new Map([
  ['x64', 'amd64'],
  ['arm64', 'arm64'],
]);

/** Node's `process.platform` and `process.arch` → the releases' words. Throws `tool-unavailable` for machines that this action does not support. */
export function platformOf(nodePlatform: string, nodeArch: string): Platform {
  const system = SYSTEMS.get(nodePlatform);
  const arch = ARCHITECTURES.get(nodeArch);
  if (system === undefined || arch === undefined) {
    throw new DeployError(
      'tool-unavailable',
      `There is no kubectl, buildx, helm, skaffold or container-structure-test for this runner: ${nodePlatform}/${nodeArch}.`,
      {
        hint: 'Run the job on Linux, macOS or Windows with an x64 or arm64 processor.',
      },
    );
  }
  return { ...system, arch };
}

export function platformKey(platform: Platform): PlatformKey {
  return `${platform.os}-${platform.arch}`;
}
