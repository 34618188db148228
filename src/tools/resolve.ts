import { DeployError } from '../errors.ts';
import type { ToolsPlan } from '../plan/slices.ts';
import { formatMinor, minorOf, type MinorVersion, type VersionWish } from '../values/version.ts';
import { kubectlChannelUrl, versionInput, type ToolName } from './releases.ts';
import { describeOutcome } from './retry.ts';
import { fetchText, unavailable, type SitePorts } from './site.ts';

/**
 * The kubectl for a server whose version could not be read: one below the newest minor of this action's release, which puts all three minors
 * that Kubernetes supports (1.35, 1.36, 1.37) within one minor of it. The newest of all (`stable.txt`) would change by itself.
 */
export const DEFAULT_KUBECTL_MINOR: MinorVersion = { major: 1, minor: 36 };

/** Who has a patch of the right minor at hand need not wait long for news of a newer one. */
const ATTEMPTS_WITH_CACHE = 2;

/** The buildx that is installed where the runner has none. */
export const DEFAULT_BUILDX_VERSION = 'v0.36.1';

/** The helm that is installed where the runner has none. */
export const DEFAULT_HELM_VERSION = 'v3.22.0';

/** The skaffold that is installed where the runner has none. */
export const DEFAULT_SKAFFOLD_VERSION = 'v2.16.1';

/** The container-structure-test that is installed where the runner has none. */
export const DEFAULT_STRUCTURE_TEST_VERSION = 'v1.19.3';

/**
 * The exact version for a wish. An exact wish is its own answer and asks nobody; a minor, or `auto`, asks the site for that minor's newest patch.
 * When the site does not say it, `inCache` counts: the newest patch of a minor in the tool cache.
 */
export async function resolveKubectl(
  plan: Pick<ToolsPlan, 'kubectl' | 'githubToken'>,
  server: MinorVersion | undefined,
  inCache: (minor: MinorVersion) => Promise<string | undefined>,
  ports: SitePorts,
): Promise<string> {
  const { wish, mirror } = plan.kubectl;
  if (wish.kind === 'exact') {
    return wish.version;
  }
  const minor = wish.kind === 'minor' ? wish.minor : (server ?? DEFAULT_KUBECTL_MINOR);
  return newestPatch(minor, await inCache(minor), { mirror, githubToken: plan.githubToken }, ports);
}

/** The exact version for a wish. Throws for a minor: only GitHub's rate-limited API could tell its newest patch. */
export function resolveBuildx(wish: VersionWish): string {
  return exactVersion('buildx', wish, DEFAULT_BUILDX_VERSION);
}

/** The exact version for a wish. Throws for a minor, as for buildx. */
export function resolveHelm(wish: VersionWish): string {
  return exactVersion('helm', wish, DEFAULT_HELM_VERSION);
}

/** The exact version for a wish. Throws for a minor, as for buildx. */
export function resolveSkaffold(wish: VersionWish): string {
  return exactVersion('skaffold', wish, DEFAULT_SKAFFOLD_VERSION);
}

/** The exact version for a wish. Throws for a minor, as for buildx. */
export function resolveStructureTest(wish: VersionWish): string {
  return exactVersion('container-structure-test', wish, DEFAULT_STRUCTURE_TEST_VERSION);
}

function exactVersion(tool: ToolName, wish: VersionWish, byDefault: string): string {
  if (wish.kind === 'minor') {
    const minor = formatMinor(wish.minor);
    throw new DeployError('tool-unavailable', `${tool} has no list that names the newest patch of ${minor}.`, {
      hint: `Give ${versionInput(tool)} the exact version, for example v${minor}.0, or auto.`,
    });
  }
  return wish.kind === 'exact' ? wish.version : byDefault;
}

type Asked = { readonly mirror: string | undefined; readonly githubToken: string | undefined };

async function newestPatch(
  minor: MinorVersion,
  cached: string | undefined,
  { mirror, githubToken }: Asked,
  ports: SitePorts,
): Promise<string> {
  const url = kubectlChannelUrl(minor, mirror);
  const outcome = await fetchText(url, githubToken, ports, cached === undefined ? undefined : ATTEMPTS_WITH_CACHE);
  if (outcome.kind !== 'ok') {
    if (cached === undefined) {
      throw unavailable('kubectl', url, outcome);
    }
    const text = `${url} ${describeOutcome(outcome)}: kubectl ${cached} of the tool cache is used, whether or not it is the newest`;
    ports.notify({ kind: 'note', text });
    return cached;
  }
  const version = outcome.text.trim();
  const found = minorOf(version);
  // A proxy's login page arrives with status 200 too, and a mirror can be set up wrongly: nothing else than what was asked for is installed.
  if (!/^v\d+\.\d+\.\d+$/.test(version) || found?.major !== minor.major || found.minor !== minor.minor) {
    const answer = version.length > 60 ? `${version.slice(0, 60)}…` : version;
    throw new DeployError(
      'tool-unavailable',
      `${url} does not name a version of kubectl ${formatMinor(minor)}: "${answer}".`,
      {
        hint: `Give ${versionInput('kubectl')} an exact version: then this file is not asked.`,
      },
    );
  }
  return version;
}
