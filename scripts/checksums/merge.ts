import type { ChecksumTable } from '../../src/tools/checksums.ts';
import type { PlatformKey } from '../../src/tools/platform.ts';
import type { ToolName } from '../../src/tools/releases.ts';
import { compareVersions, minorOf } from '../../src/values/version.ts';
import type { Published } from './published.ts';
import type { Wanted } from './wanted.ts';

/** The sum that the table has, if any. */
export type Known = (tool: ToolName, version: string, platform: PlatformKey) => string | undefined;

export function knownIn(table: ChecksumTable): Known {
  return (tool, version, platform) => table[tool]?.[version]?.[platform];
}

export type Found = Wanted & { readonly sums: readonly Published[] };

export type Merged = {
  readonly table: ChecksumTable;
  /** Lines for a person. */
  readonly changes: readonly string[];
  /** Sums of one file that are others than the table has: nothing may be written then. */
  readonly conflicts: readonly string[];
};

/** Clusters stay behind: a kubectl is kept for as many minors (two years) after the newest. */
const KEPT_MINORS = 6;

/** Adds what was found. What is in the table stays as it is, except for kubectls that are much older than what Kubernetes supports. */
export function merge(table: ChecksumTable, found: readonly Found[]): Merged {
  const known = knownIn(table);
  const conflicts: string[] = [];
  const changes: string[] = [];
  const result: Record<string, Record<string, Record<string, string>>> = structuredClone(table);
  for (const { tool, version, sums } of found) {
    for (const { platform, sha256 } of sums) {
      const before = known(tool, version, platform);
      if (before === undefined) {
        changes.push(`+ ${tool} ${version} ${platform} ${sha256}`);
        ((result[tool] ??= {})[version] ??= {})[platform] = sha256;
      } else if (before !== sha256) {
        conflicts.push(`${tool} ${version} ${platform}: the table has ${before}, the site says ${sha256}`);
      }
    }
  }
  const outdated = outdatedKubectls(result['kubectl'] ?? {});
  outdated.forEach((version) => delete result['kubectl']?.[version]);
  return {
    table: sorted(result),
    changes: [...changes, ...outdated.map((version) => `- kubectl ${version}`)],
    conflicts,
  };
}

function outdatedKubectls(versions: Readonly<Record<string, unknown>>): readonly string[] {
  const minors = Object.keys(versions).map((version) => minorOf(version)?.minor ?? 0);
  const oldestKept = Math.max(0, ...minors) - KEPT_MINORS;
  return Object.keys(versions).filter((version) => (minorOf(version)?.minor ?? 0) < oldestKept);
}

function sorted(
  table: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>,
): ChecksumTable {
  return Object.fromEntries(
    Object.entries(table).map(([tool, versions]) => [
      tool,
      Object.fromEntries(Object.entries(versions).toSorted(([one], [other]) => compareVersions(one, other))),
    ]),
  );
}
