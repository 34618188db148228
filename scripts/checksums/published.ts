import { join } from 'node:path';
import { fileNameOf, sumOf } from '../../src/tools/expected-sum.ts';
import { platformKey, platformOf, type PlatformKey } from '../../src/tools/platform.ts';
import { releaseOf, type Release } from '../../src/tools/releases.ts';
import { sumsOfFile, textAt } from './fetching.ts';
import type { Known } from './merge.ts';
import type { Sites, Wanted } from './wanted.ts';

const MACHINES = [
  ['linux', 'x64'],
  ['linux', 'arm64'],
  ['darwin', 'x64'],
  ['darwin', 'arm64'],
  ['win32', 'x64'],
] as const;

export type Published = { readonly platform: PlatformKey; readonly sha256: string };

/** Two public records of one file that say different things. */
export class Disagreement extends Error {}

/**
 * The sums of a version, for each machine that the site has a file for. All records of a sum have to agree, and the first time the file itself
 * too: it is downloaded into `folder`, and for kubectl its sha512 is compared as well. Throws a Disagreement.
 */
export async function publishedSums(
  { tool, version }: Wanted,
  sites: Sites,
  known: Known,
  folder: string,
): Promise<readonly Published[]> {
  const found: Published[] = [];
  for (const [os, arch] of MACHINES) {
    const release = releaseOf(tool, version, platformOf(os, arch), sites[tool]);
    const platform = platformKey(release.platform);
    const sha256 = await recordedSum(release);
    if (sha256 !== undefined) {
      if (known(tool, version, platform) === undefined) {
        await assertFile(release, sha256, folder);
      }
      found.push({ platform, sha256 });
    }
  }
  return found;
}

async function recordedSum(release: Release): Promise<string | undefined> {
  const records: (readonly [url: string, sha256: string])[] = [];
  for (const url of release.sumUrls) {
    const sha256 = sumOf((await textAt(release.tool, url)) ?? '', fileNameOf(release.url));
    if (sha256 !== undefined) {
      records.push([url, sha256]);
    }
  }
  if (new Set(records.map(([, sha256]) => sha256)).size > 1) {
    throw new Disagreement(records.map(([url, sha256]) => `${url} says ${sha256}`).join(', but '));
  }
  return records[0]?.[1];
}

async function assertFile({ tool, url }: Release, published: string, folder: string): Promise<void> {
  const actual = await sumsOfFile(tool, url, join(folder, 'file'));
  if (actual.sha256 !== published) {
    throw new Disagreement(`${url} has sha256 ${actual.sha256}, but its record says ${published}`);
  }
  const sha512 = tool === 'kubectl' ? (await textAt(tool, `${url}.sha512`))?.trim() : undefined;
  if (sha512 !== undefined && sha512 !== actual.sha512) {
    throw new Disagreement(`${url} has sha512 ${actual.sha512}, but ${url}.sha512 says ${sha512}`);
  }
}
