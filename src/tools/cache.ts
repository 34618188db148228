import { join } from 'node:path';
import type { Ports } from '../ports.ts';
import { sumOf, type ExpectedSum, type SumSource } from './expected-sum.ts';
import type { Release } from './releases.ts';
import { bundleFile, isSignedInCache, type Signed, type SignaturePlan } from './signed.ts';
import type { SitePorts } from './site.ts';

type CachePorts = Pick<Ports, 'files' | 'toolCache' | 'notify'>;

export type CachedTool = { readonly path: string; readonly checkedAgainst: SumSource };

/**
 * The release in the tool cache, if its bytes are still the right ones: on a self-hosted runner every earlier job could write there. Without a
 * known sum, the one that was kept beside the executable counts; an entry without any sum, or with other bytes, is as good as none.
 */
export async function cachedTool(
  release: Release,
  known: ExpectedSum | undefined,
  plan: SignaturePlan,
  ports: CachePorts & SitePorts,
): Promise<CachedTool | undefined> {
  const folder = await ports.toolCache.find(release.tool, release.version, release.platform.arch);
  if (folder === undefined) {
    return undefined;
  }
  const path = join(folder, release.executable);
  if ((await ports.files.kindOf(path)) !== 'file') {
    return undefined;
  }
  const expected = known ?? (await keptSum(release, folder, ports));
  if (expected === undefined) {
    return undefined;
  }
  const actual = await ports.files.sha256(path);
  if (actual !== expected.sha256) {
    ports.notify({ kind: 'warning', text: changedText(release, path, actual, expected) });
    return undefined;
  }
  if (!(await isSignedInCache(release, folder, plan, ports))) {
    const text = `${release.tool} ${release.version} in the tool cache (${path}) has no signature that holds: it is as good as none`;
    ports.notify({ kind: 'note', text });
    return undefined;
  }
  return { path, checkedAgainst: expected.source };
}

/** Copies a verified executable into the tool cache, its sum and its signature beside it, and returns the path of the copy. */
export async function keepInCache(
  release: Release,
  from: string,
  sha256: string,
  signed: Signed | undefined,
  ports: CachePorts,
): Promise<string> {
  const { tool, version, executable, platform } = release;
  const folder = await ports.toolCache.store(from, executable, tool, version, platform.arch);
  await ports.files.writePrivate(sumFile(release, folder), `${sha256}\n`);
  if (signed !== undefined) {
    await ports.files.writePrivate(bundleFile(release, folder), signed.bundle);
  }
  return join(folder, executable);
}

async function keptSum(release: Release, folder: string, ports: CachePorts): Promise<ExpectedSum | undefined> {
  const place = sumFile(release, folder);
  if ((await ports.files.kindOf(place)) !== 'file') {
    return undefined;
  }
  const sha256 = sumOf(await readable(place, ports), release.executable);
  return sha256 === undefined ? undefined : { sha256, source: 'tool-cache', place };
}

/** Another user of the runner may have written it for himself only: then it counts as missing. */
async function readable(path: string, ports: CachePorts): Promise<string> {
  try {
    return await ports.files.readText(path);
  } catch {
    return '';
  }
}

function sumFile(release: Release, folder: string): string {
  return join(folder, `${release.tool}.sha256`);
}

function changedText(release: Release, path: string, actual: string, expected: ExpectedSum): string {
  const { tool, version } = release;
  return `${tool} ${version} in the tool cache (${path}) has sha256 ${actual}, but ${expected.place} says ${expected.sha256}: it is as good as none`;
}
