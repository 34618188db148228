import type { PlatformKey } from './platform.ts';
import type { ToolName } from './releases.ts';
import table from './checksum-table.json' with { type: 'json' };

type Sums = Readonly<Partial<Record<PlatformKey, string>>>;

/** Tool → version → platform → sha256. */
export type ChecksumTable = Readonly<Partial<Record<ToolName, Readonly<Record<string, Sums>>>>>;

/**
 * Published sha256 sums that travel with the action, so that neither a site nor a mirror can vouch for itself. `scripts/refresh-checksums.ts`
 * adds to the table: a sum enters it when all public records of it agree. A version that is not here is checked against the site's own sum.
 * kubectl v1.34.4 stays out: the lab serves one that it compiled itself.
 */
const PINNED: ChecksumTable = table;

/** The sum that this release of the action knows for a file, or undefined. Of an archive, it is the archive's. */
export function pinnedSum(tool: ToolName, version: string, platform: PlatformKey): string | undefined {
  return PINNED[tool]?.[version]?.[platform];
}
