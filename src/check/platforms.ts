import type { ImageUse } from './image-uses.ts';

/** What else a node runs: containerd falls back to these (containerd/platforms compare.go, platformVector). */
const ALSO_RUNS: Readonly<Record<string, readonly string[]>> = { amd64: ['386'], arm64: ['arm'] };

type Platform = { readonly os: string; readonly arch: string };

/**
 * The platforms of the nodes that a pod may run on when an image is for none of them; undefined when it fits one, or nobody can tell.
 * An architecture that the nodeSelector names counts even where there is no such node yet: an autoscaler may make one.
 */
export function unfitPlatforms(
  image: readonly string[],
  nodes: readonly string[] | undefined,
  wished: ImageUse['nodes'],
): readonly string[] | undefined {
  const offered = image.map(parsePlatform).filter((platform) => platform !== undefined);
  const candidates = candidatesOf(nodes, wished);
  if (offered.length === 0 || candidates.length === 0) {
    return undefined;
  }
  return candidates.some((node) => offered.some((one) => runsOn(one, node)))
    ? undefined
    : candidates.map(({ os, arch }) => `${os}/${arch}`);
}

function candidatesOf(nodes: readonly string[] | undefined, { os, arch }: ImageUse['nodes']): readonly Platform[] {
  const known = (nodes ?? []).map(parsePlatform).filter((platform) => platform !== undefined);
  const chosen = known.filter((node) => (os ?? node.os) === node.os && (arch ?? node.arch) === node.arch);
  return chosen.length === 0 && arch !== undefined ? [{ os: os ?? 'linux', arch }] : chosen;
}

function runsOn(image: Platform, node: Platform): boolean {
  return image.os === node.os && [node.arch, ...(ALSO_RUNS[node.arch] ?? [])].includes(image.arch);
}

/** "linux/arm/v7" is for arm. An attestation is for "unknown/unknown", which is no platform. */
function parsePlatform(text: string): Platform | undefined {
  const [os = '', arch = ''] = text.split('/');
  return os === '' || arch === '' || os === 'unknown' ? undefined : { os, arch };
}
