import { join } from 'node:path';
import { DeployError, messageOf } from '../errors.ts';
import type { ToolsPlan } from '../plan/slices.ts';
import type { Ports } from '../ports.ts';
import { cachedTool, keepInCache } from './cache.ts';
import { fileNameOf, knownSum, publishedSum, type ExpectedSum, type SumSource } from './expected-sum.ts';
import { notOnRunner } from './on-runner.ts';
import type { Release, ToolName } from './releases.ts';
import { signedDownload, type Signed } from './signed.ts';
import { fetchFile } from './site.ts';
import { unpacked } from './unpack.ts';

export type InstalledTool = {
  readonly tool: ToolName;
  readonly version: string;
  /** Absolute path of the executable. */
  readonly path: string;
  readonly source: 'preinstalled' | 'cache' | 'download';
  /** Undefined for what the runner brought along: nobody knows its sum. */
  readonly checkedAgainst: SumSource | undefined;
  /** Whose signature it has, where one was asked for at its download. */
  readonly signedBy?: string | undefined;
};

export type InstallPlan = Pick<ToolsPlan, 'folder' | 'githubToken' | 'signatures' | 'checksums' | 'isPreinstalledOnly'>;

export type InstallPorts = Pick<Ports, 'downloads' | 'files' | 'toolCache' | 'clock' | 'notify' | 'assertNotCancelled'>;

/**
 * Brings one exact release onto the runner: from the tool cache when it is there unchanged, else downloaded. Its sha256 is verified either way,
 * against the user's sum, else this action's table, else what the site publishes. What does not match is removed and never cached.
 * Of an archive, these are sums of the archive: a sum that the user gave says nothing about an executable in the tool cache, so it is
 * downloaded then; else the executable's own sum beside it counts.
 */
export async function installRelease(
  release: Release,
  userSum: string | undefined,
  plan: InstallPlan,
  ports: InstallPorts,
): Promise<InstalledTool> {
  const { tool, version } = release;
  const known = knownSum(release, userSum, plan.checksums);
  const cached = await cachedRelease(release, userSum, plan, ports);
  if (cached !== undefined) {
    return cached;
  }
  if (plan.isPreinstalledOnly) {
    throw await notOnRunner(tool, version, release.platform, ports);
  }
  // The sum is asked for first: a site that publishes none costs a few bytes and not the whole download.
  const expected = known ?? (await publishedSum(release, plan.githubToken, ports));
  const folder = join(plan.folder, `${tool}-${version}`);
  const downloaded = join(folder, release.entry === undefined ? release.executable : fileNameOf(release.url));
  await fetchFile(tool, release.url, plan.githubToken, downloaded, ports);
  await verify(release, downloaded, expected, ports);
  const signed = await signedDownload(release, downloaded, plan, ports);
  const executable =
    release.entry === undefined ? downloaded : await unpacked(release, release.entry, downloaded, ports);
  // Before it is cached: the copy in the cache takes over the mode.
  await ports.files.makeExecutable(executable);
  const path = await keep(release, executable, signed, ports);
  const signature = signed === undefined ? {} : { signedBy: signed.identity };
  return { tool, version, path, source: 'download', checkedAgainst: expected.source, ...signature };
}

/** One exact release out of the tool cache, if it is there unchanged. Where nothing may be downloaded, an archive's sum asks for nothing. */
export async function cachedRelease(
  release: Release,
  userSum: string | undefined,
  plan: InstallPlan,
  ports: InstallPorts,
): Promise<InstalledTool | undefined> {
  const { tool, version, entry } = release;
  const known = knownSum(release, userSum, plan.checksums);
  if (entry !== undefined && known?.source === 'input' && !plan.isPreinstalledOnly) {
    return undefined;
  }
  const cached = await cachedTool(release, entry === undefined ? known : undefined, plan, ports);
  return cached === undefined ? undefined : { tool, version, source: 'cache', ...cached };
}

async function verify(release: Release, path: string, expected: ExpectedSum, ports: InstallPorts): Promise<void> {
  const actual = await ports.files.sha256(path);
  if (actual === expected.sha256) {
    return;
  }
  await ports.files.remove(path);
  throw new DeployError(
    'tool-checksum-mismatch',
    `${release.url} has sha256 ${actual}, but ${expected.place} says ${expected.sha256}.`,
    { hint: hintFor(expected.source) },
  );
}

function hintFor(source: SumSource): string {
  const refused = 'The file was removed and nothing was cached.';
  return source === 'input'
    ? `${refused} Check the sum in the input; it must be the one of this version for this runner's system and processor.`
    : `${refused} Do not run it before you know why it differs: a broken download, a mirror with other files, or a file that was tampered with.`;
}

/** A tool cache that cannot be written (full, or read-only) costs the next job a download, not this job its deploy. */
async function keep(
  release: Release,
  executable: string,
  signed: Signed | undefined,
  ports: InstallPorts,
): Promise<string> {
  try {
    const path = await keepInCache(release, executable, await ports.files.sha256(executable), signed, ports);
    await ports.files.remove(executable);
    return path;
  } catch (error) {
    const { tool, version } = release;
    ports.notify({
      kind: 'warning',
      text: `${tool} ${version} could not be kept in the tool cache: ${messageOf(error)}`,
    });
    return executable;
  }
}
