import { DeployError } from '../errors.ts';
import type { ToolChecksum } from '../values/tool-checksum.ts';
import { pinnedSum } from './checksums.ts';
import { platformKey } from './platform.ts';
import { versionInput, type Release } from './releases.ts';
import { fetchText, isMissing, unavailable, type SitePorts } from './site.ts';

/** Who vouches for a file: the user, the table in this action, the sum kept in the tool cache, or the site it comes from. */
export type SumSource = 'input' | 'pinned' | 'tool-cache' | 'site';

export type ExpectedSum = {
  readonly sha256: string;
  readonly source: SumSource;
  /** Where it was read, in words that fit after "expected … from". */
  readonly place: string;
};

/**
 * The sum that is known without asking anybody: the one behind the version, then the user's list, then the table. The user's come first because
 * the user may build the tool himself.
 */
export function knownSum(
  release: Release,
  userSum: string | undefined,
  listed: readonly ToolChecksum[] = [],
): ExpectedSum | undefined {
  if (userSum !== undefined) {
    return { sha256: userSum, source: 'input', place: `the input ${versionInput(release.tool)}` };
  }
  const key = platformKey(release.platform);
  const own = listed.find(
    (sum) => sum.tool === release.tool && sum.version === release.version && sum.platform === key,
  );
  if (own !== undefined) {
    return { sha256: own.sha256, source: 'input', place: 'the input tool-checksums' };
  }
  const pinned = pinnedSum(release.tool, release.version, key);
  return pinned === undefined
    ? undefined
    : { sha256: pinned, source: 'pinned', place: 'the table of published sums in this action' };
}

/** The sum that the site publishes. Throws `tool-unavailable` when it publishes none: nothing is installed unchecked. */
export async function publishedSum(
  release: Release,
  githubToken: string | undefined,
  ports: SitePorts,
): Promise<ExpectedSum> {
  for (const url of release.sumUrls) {
    const outcome = await fetchText(url, githubToken, ports);
    if (outcome.kind !== 'ok' && !isMissing(outcome)) {
      throw unavailable(release.tool, url, outcome);
    }
    const sha256 = outcome.kind === 'ok' ? sumOf(outcome.text, fileNameOf(release.url)) : undefined;
    if (sha256 !== undefined) {
      return { sha256, source: 'site', place: url };
    }
  }
  const { tool, version } = release;
  throw new DeployError(
    'tool-unavailable',
    `There is no sha256 of ${fileNameOf(release.url)} at ${release.sumUrls.join(' or ')}.`,
    {
      hint: `Give the sum yourself: ${versionInput(tool)}: ${version}@sha256:<sum>`,
    },
  );
}

/** The sum of a file in a body that is one bare sum, or lines of "<sum> *<file>" as sha256sum prints them. */
export function sumOf(body: string, fileName: string): string | undefined {
  const lines = body.trim().split(/\r?\n/);
  for (const line of lines) {
    const match = /^([0-9a-f]{64})(?:\s+\*?(\S+))?$/i.exec(line.trim());
    if (match?.[1] !== undefined && (match[2] === fileName || (match[2] === undefined && lines.length === 1))) {
      return match[1].toLowerCase();
    }
  }
  return undefined;
}

/** The last part of a URL. */
export function fileNameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
