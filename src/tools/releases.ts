import { formatMinor, type MinorVersion } from '../values/version.ts';
import type { Platform } from './platform.ts';
import { signingOf, type Signing } from './signers.ts';

export type ToolName = 'kubectl' | 'buildx' | 'helm' | 'skaffold' | 'container-structure-test';

/** One file of one version, and where its published sha256 is. */
export type Release = {
  readonly tool: ToolName;
  readonly version: string;
  readonly platform: Platform;
  /** The name that the executable has once it is installed. */
  readonly executable: string;
  readonly url: string;
  /** Path of the executable in the file, where that is an archive. All sums are then sums of the archive. */
  readonly entry: string | undefined;
  /** Asked in this order; the first that knows the file counts. */
  readonly sumUrls: readonly string[];
  /** Where its signature is; undefined when its publisher makes none that can be checked here. */
  readonly signing: Signing | undefined;
};

type Site = {
  readonly publicUrl: string;
  readonly fileUrl: (site: string, version: string, platform: Platform) => string;
  readonly entry?: (platform: Platform) => string;
  readonly sumUrls: (site: string, version: string, fileUrl: string) => readonly string[];
};

/**
 * The layout of the public sites, which mirrors repeat. kubectl: kubernetes.io/docs/tasks/tools/install-kubectl-linux, one `.sha256` beside
 * each file. buildx: the assets of its GitHub releases, one `checksums.txt` for all; early ones and some mirrors have only the file's own.
 * helm: helm.sh/docs/intro/install and its install script: archives with a folder for the machine in them, two files with the sum beside each.
 * skaffold: skaffold.dev/docs/install; its GitHub releases have the same files, with the version as the folder.
 * container-structure-test: the assets of its GitHub releases; early ones have no sums.
 */
const SITES: Readonly<Record<ToolName, Site>> = {
  kubectl: {
    publicUrl: 'https://dl.k8s.io',
    fileUrl: (site, version, { os, arch, exe }) => `${site}/release/${version}/bin/${os}/${arch}/kubectl${exe}`,
    sumUrls: (_site, _version, fileUrl) => [`${fileUrl}.sha256`],
  },
  buildx: {
    publicUrl: 'https://github.com/docker/buildx/releases/download',
    fileUrl: (site, version, { os, arch, exe }) => `${site}/${version}/buildx-${version}.${os}-${arch}${exe}`,
    sumUrls: (site, version, fileUrl) => [`${site}/${version}/checksums.txt`, `${fileUrl}.sha256`],
  },
  helm: {
    publicUrl: 'https://get.helm.sh',
    fileUrl: (site, version, { os, arch }) =>
      `${site}/helm-${version}-${os}-${arch}.${os === 'windows' ? 'zip' : 'tar.gz'}`,
    entry: ({ os, arch, exe }) => `${os}-${arch}/helm${exe}`,
    sumUrls: (_site, _version, fileUrl) => [`${fileUrl}.sha256sum`, `${fileUrl}.sha256`],
  },
  skaffold: {
    publicUrl: 'https://storage.googleapis.com/skaffold/releases',
    fileUrl: (site, version, { os, arch, exe }) => `${site}/${version}/skaffold-${os}-${arch}${exe}`,
    sumUrls: (_site, _version, fileUrl) => [`${fileUrl}.sha256`],
  },
  'container-structure-test': {
    publicUrl: 'https://github.com/GoogleContainerTools/container-structure-test/releases/download',
    fileUrl: (site, version, { os, arch, exe }) => `${site}/${version}/container-structure-test-${os}-${arch}${exe}`,
    sumUrls: (site, version, fileUrl) => [`${site}/${version}/checksums.txt`, `${fileUrl}.sha256`],
  },
};

/** What the inputs of a tool begin with, where that is not its name. */
const INPUT_NAMES: Readonly<Partial<Record<ToolName, string>>> = { 'container-structure-test': 'structure-test' };

/** Where a version is downloaded: from the mirror when there is one, else from the public site, never from one after the other. */
export function releaseOf(tool: ToolName, version: string, platform: Platform, mirror: string | undefined): Release {
  const site = SITES[tool];
  const siteUrl = mirror ?? site.publicUrl;
  const url = site.fileUrl(siteUrl, version, platform);
  const sumUrls = site.sumUrls(siteUrl, version, url);
  const executable = `${tool}${platform.exe}`;
  return {
    tool,
    version,
    platform,
    executable,
    url,
    entry: site.entry?.(platform),
    sumUrls,
    signing: signingOf(tool, url),
  };
}

/** The file that names the newest patch of a Kubernetes minor. */
export function kubectlChannelUrl(minor: MinorVersion, mirror: string | undefined): string {
  return `${mirror ?? SITES.kubectl.publicUrl}/release/stable-${formatMinor(minor)}.txt`;
}

/** The input that overrides the site of a tool, for hints. */
export function mirrorInput(tool: ToolName): string {
  return `${INPUT_NAMES[tool] ?? tool}-mirror`;
}

/** The input that chooses the version of a tool, for hints. */
export function versionInput(tool: ToolName): string {
  return `${INPUT_NAMES[tool] ?? tool}-version`;
}
