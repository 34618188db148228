import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ChecksumTable } from '../src/tools/checksums.ts';
import type { ToolName } from '../src/tools/releases.ts';
import { knownIn, merge, type Found } from './checksums/merge.ts';
import { Disagreement, publishedSums } from './checksums/published.ts';
import { wantedVersions, type Sites } from './checksums/wanted.ts';

/**
 * Brings the table of published sums up to date and prints what is new in it. Nothing is written, and the exit code is 1, when two records of
 * a file disagree, or when a sum is another one than the table has: a released file does not change.
 *
 *   sh scripts/with-node.sh scripts/refresh-checksums.ts [--site kubectl=URL ...] [--table FILE]
 */
const { values } = parseArgs({
  options: {
    site: { type: 'string', multiple: true, default: [] },
    table: { type: 'string', default: join(import.meta.dirname, '../src/tools/checksum-table.json') },
  },
});
const TOOLS: readonly ToolName[] = ['kubectl', 'buildx', 'helm', 'skaffold', 'container-structure-test'];
const folder = mkdtempSync(join(tmpdir(), 'checksums-'));
try {
  process.exitCode = await refresh(values.table, sitesOf(values.site));
} catch (error) {
  console.error(`refresh-checksums: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof Disagreement) {
    console.error('refresh-checksums: nothing was written. Find out which of them is right, and why there are two.');
  }
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function refresh(path: string, sites: Sites): Promise<number> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this script wrote it
  const table = JSON.parse(readFileSync(path, 'utf8')) as ChecksumTable;
  const found: Found[] = [];
  for (const wanted of await wantedVersions(sites)) {
    found.push({ ...wanted, sums: await publishedSums(wanted, sites, knownIn(table), folder) });
  }
  for (const { tool, version } of found.filter(({ sums }) => sums.length === 0)) {
    console.error(`refresh-checksums: no site has a sum of ${tool} ${version}`);
  }
  const { table: merged, changes, conflicts } = merge(table, found);
  if (conflicts.length > 0) {
    throw new Disagreement(conflicts.join('\n'));
  }
  writeFileSync(path, `${JSON.stringify(merged, undefined, 2)}\n`);
  console.log(changes.length === 0 ? 'refresh-checksums: the table is up to date' : changes.join('\n'));
  return 0;
}

function sitesOf(options: readonly string[]): Sites {
  return Object.fromEntries(
    options.map((option) => {
      const [, name, url] = /^([a-z-]+)=(https?:\/\/\S+)$/.exec(option) ?? [];
      const tool = TOOLS.find((known) => known === name);
      if (tool === undefined || url === undefined) {
        throw new Error(`--site ${option} is not like kubectl=https://mirror.example.com/kubectl`);
      }
      return [tool, url.replace(/\/$/, '')];
    }),
  );
}
