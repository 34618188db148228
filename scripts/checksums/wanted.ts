import { kubectlChannelUrl, type ToolName } from '../../src/tools/releases.ts';
import {
  DEFAULT_BUILDX_VERSION,
  DEFAULT_HELM_VERSION,
  DEFAULT_SKAFFOLD_VERSION,
  DEFAULT_STRUCTURE_TEST_VERSION,
} from '../../src/tools/resolve.ts';
import { formatMinor, minorOf, type MinorVersion } from '../../src/values/version.ts';
import { textAt } from './fetching.ts';

/** Sites other than the public ones, by tool. */
export type Sites = Readonly<Partial<Record<ToolName, string>>>;

export type Wanted = { readonly tool: ToolName; readonly version: string };

/** Kubernetes supports three minors (kubernetes.io/releases/version-skew-policy). */
const SUPPORTED_MINORS = 3;

const PUBLIC_KUBECTL_SITE = 'https://dl.k8s.io';

/** The versions whose sums belong into the table: the newest patch of each supported kubectl, and the tested version of each other tool. */
export async function wantedVersions(sites: Sites): Promise<readonly Wanted[]> {
  const site = sites.kubectl ?? PUBLIC_KUBECTL_SITE;
  const newest = minorOf(await versionAt(`${site}/release/stable.txt`));
  const minors = newest === undefined ? [] : supported(newest);
  const kubectl = await Promise.all(minors.map(async (minor) => newestPatch(minor, site)));
  return [
    ...kubectl.map((version) => ({ tool: 'kubectl', version }) as const),
    { tool: 'buildx', version: DEFAULT_BUILDX_VERSION },
    { tool: 'helm', version: DEFAULT_HELM_VERSION },
    { tool: 'skaffold', version: DEFAULT_SKAFFOLD_VERSION },
    { tool: 'container-structure-test', version: DEFAULT_STRUCTURE_TEST_VERSION },
  ];
}

function supported({ major, minor }: MinorVersion): readonly MinorVersion[] {
  return Array.from({ length: SUPPORTED_MINORS }, (_nothing, index) => ({ major, minor: minor - index }));
}

async function newestPatch(minor: MinorVersion, site: string): Promise<string> {
  const url = kubectlChannelUrl(minor, site);
  const version = await versionAt(url);
  if (!version.startsWith(`v${formatMinor(minor)}.`)) {
    throw new Error(`${url} names ${version}`);
  }
  return version;
}

async function versionAt(url: string): Promise<string> {
  const version = (await textAt('kubectl', url))?.trim();
  if (version === undefined || !/^v\d+\.\d+\.\d+$/.test(version)) {
    throw new Error(`${url} names no version: ${version?.slice(0, 60) ?? 'it is not there'}`);
  }
  return version;
}
