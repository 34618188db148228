import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, 'fake-skaffold.ts');
const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;

/** The stand-in as an executable of one file. `after` is shell text that runs when a command of it went well; its arguments are "$@". */
export function skaffoldProgram(after = ''): string {
  return `#!/bin/sh\nset -e\n'${process.execPath}' '${PROGRAM}' "$@"\n${after}\n`;
}

/** Shell text that puts something else into the file that a build writes. */
export function instead(text: string): string {
  return `for flag; do case $flag in --file-output=*) printf '%s' '${text}' >"\${flag#--file-output=}";; esac; done`;
}

/** A folder for PATH with a skaffold in it. */
export function folderWithSkaffold(folder: string, program: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'skaffold'), program, { mode: 0o755 });
  return folder;
}

export type SkaffoldMirror = {
  readonly url: string;
  readonly sha256: string;
  /** Paths that were asked for. */
  readonly requests: readonly string[];
  close(): Promise<void>;
};

/** A mirror in the layout of the public site with one version, v2.16.1. */
export async function serveSkaffold(program: string): Promise<SkaffoldMirror> {
  const sha256 = createHash('sha256').update(program).digest('hex');
  const file = `/v2.16.1/skaffold-linux-${ARCHITECTURE}`;
  const texts = new Map([
    [file, program],
    [`${file}.sha256`, `${sha256}  skaffold-linux-${ARCHITECTURE}\n`],
  ]);
  const requests: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    requests.push(url);
    const text = texts.get(url);
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const close = async (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port ?? ''}`, sha256, requests, close };
}
