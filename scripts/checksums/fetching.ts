import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { proxiedDownloads } from '../../src/adapters/downloads.ts';
import type { ToolName } from '../../src/tools/releases.ts';
import { fetchFile, fetchText, isMissing, unavailable, type SitePorts } from '../../src/tools/site.ts';

/** How the action itself downloads; what it has to say goes to stderr. */
const PORTS: SitePorts = {
  downloads: proxiedDownloads(),
  clock: {
    now: Date.now,
    elapsed: () => performance.now(),
    random: Math.random,
    sleep: async (milliseconds) => setTimeout(milliseconds),
  },
  notify: (happening) => console.error('text' in happening ? happening.text : happening.kind),
  assertNotCancelled: () => {},
};

/** A small text; undefined when the site does not have it. Throws when it cannot be told. */
export async function textAt(tool: ToolName, url: string): Promise<string | undefined> {
  const outcome = await fetchText(url, undefined, PORTS);
  if (outcome.kind !== 'ok' && !isMissing(outcome)) {
    throw unavailable(tool, url, outcome);
  }
  return outcome.kind === 'ok' ? outcome.text : undefined;
}

export type FileSums = { readonly sha256: string; readonly sha512: string };

/** Downloads a file to `path`, and counts its sums. */
export async function sumsOfFile(tool: ToolName, url: string, path: string): Promise<FileSums> {
  await fetchFile(tool, url, undefined, path, PORTS);
  const sums = [createHash('sha256'), createHash('sha512')] as const;
  for (const sum of sums) {
    await pipeline(createReadStream(path), sum);
  }
  const [sha256, sha512] = sums.map((sum) => sum.digest('hex'));
  return { sha256: sha256 ?? '', sha512: sha512 ?? '' };
}
