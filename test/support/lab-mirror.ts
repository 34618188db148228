import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Lab } from '../lab/lab.ts';

/** The lab's mirror of the download sites, and a folder of its own in it for files that no other test has. */
export type LabMirror = {
  readonly kubectl: string;
  readonly buildx: string;
  /** URL of the own folder. */
  readonly own: string;
  /** The sha256 of a tool that the mirror has. */
  sum(tool: 'kubectl' | 'buildx'): string;
  /** Puts a file into the own folder. */
  publish(path: string, content: string | Uint8Array): void;
  /** Puts one of the lab's own tools into the own folder. */
  publishTool(path: string, tool: 'kubectl' | 'buildx'): void;
  /** What was asked of the mirror while `work` ran: the last part of each path, and the status. */
  downloadsOf<Result>(work: () => Promise<Result>): Promise<{ result: Result; downloads: readonly string[] }>;
  close(): void;
};

/** Undefined when the lab has no mirror. */
export function openMirror(lab: Lab): LabMirror | undefined {
  const { KUBECTL_MIRROR: kubectl, BUILDX_MIRROR: buildx, LAB_DIR = '', LAB_TOOLS = '' } = lab.env;
  if (kubectl === undefined || buildx === undefined) {
    return undefined;
  }
  const log = join(LAB_DIR, 'downloads.jsonl');
  const name = `test-${randomBytes(3).toString('hex')}`;
  const folder = join(LAB_DIR, 'mirror', name);
  const lines = (): readonly string[] =>
    readFileSync(log, { encoding: 'utf8', flag: 'a+' })
      .split('\n')
      .filter((line) => line !== '');
  const placeFor = (path: string): string => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    return join(folder, path);
  };
  return {
    kubectl,
    buildx,
    own: new URL(`/${name}`, kubectl).href,
    sum: (tool) => sha256(readFileSync(join(LAB_TOOLS, tool))),
    publish: (path, content) => writeFileSync(placeFor(path), content),
    publishTool: (path, tool) => symlinkSync(join(LAB_TOOLS, tool), placeFor(path)),
    downloadsOf: async (work) => {
      const before = lines().length;
      const result = await work();
      const downloads = lines()
        .slice(before)
        .map((line) => /"path":"[^"]*\/([^"]+)".*"status":(\d+)/.exec(line)?.slice(1).join(' ') ?? line);
      return { result, downloads };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
