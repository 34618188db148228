import { appendFile, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BUILDX_VERSION, KUBERNETES_VERSION } from './tools.ts';

export type Downloadable = 'kubectl' | 'buildx';

/** How the mirror misbehaves at the moment. */
export interface DownloadFaults {
  readonly corrupt: Set<Downloadable>;
  /** The next `times` requests are answered with `status` and nothing else. */
  refusal: { readonly status: number; readonly times: number };
}

export interface DownloadMirror {
  readonly port: number;
  readonly files: Readonly<Record<Downloadable, string>>;
  readonly log: string;
  /** What lies here is served under the same path: for a test that needs a file which no other has. */
  readonly folder: string;
  readonly faults: DownloadFaults;
}

/** Serves kubectl in the layout of dl.k8s.io under /kubectl and buildx in that of its GitHub releases under /buildx. */
export async function serveDownloads(mirror: DownloadMirror): Promise<void> {
  const sums = new Map<Downloadable, Promise<string>>();
  const sumOf = (name: Downloadable): Promise<string> => {
    const sum = sums.get(name) ?? readFile(mirror.files[name]).then(sha256);
    sums.set(name, sum);
    return sum;
  };
  const server = createServer((request, response) => {
    void respond(request, response);
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '/', method } = request;
    const { status, body } = await answer(url);
    const entry = { time: new Date().toISOString(), method, path: url, status };
    await appendFile(mirror.log, `${JSON.stringify(entry)}\n`);
    response.writeHead(status, { 'content-length': body.length, 'content-type': 'application/octet-stream' });
    response.end(method === 'HEAD' ? undefined : body);
  }

  async function answer(path: string): Promise<{ readonly status: number; readonly body: Buffer }> {
    const { status, times } = mirror.faults.refusal;
    if (times > 0) {
      mirror.faults.refusal = { status, times: times - 1 };
      return { status, body: Buffer.from(`${status}\n`) };
    }
    const served = LAYOUT[path];
    if (served !== undefined) return { status: 200, body: await contentOf(served) };
    const { pathname } = new URL(path, 'http://mirror');
    const body = await readFile(join(mirror.folder, pathname)).catch(() => undefined);
    return body === undefined ? { status: 404, body: Buffer.from(`no such file: ${path}\n`) } : { status: 200, body };
  }

  async function contentOf({ name, content }: Served): Promise<Buffer> {
    if (content !== 'file') return Buffer.from(content(await sumOf(name)));
    const bytes = await readFile(mirror.files[name]);
    if (mirror.faults.corrupt.has(name)) bytes.write('corrupted', Math.floor(bytes.length / 2));
    return bytes;
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(mirror.port, '127.0.0.1', resolve);
  });
}

interface Served {
  readonly name: Downloadable;
  /** The program itself, or a text made from its sha256. */
  readonly content: 'file' | ((sum: string) => string);
}

const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;
const KUBECTL_PATH = `/kubectl/release/${KUBERNETES_VERSION}/bin/linux/${ARCHITECTURE}/kubectl`;
const BUILDX_FILE = `buildx-${BUILDX_VERSION}.linux-${ARCHITECTURE}`;
const BUILDX_FOLDER = `/buildx/${BUILDX_VERSION}`;
const KUBERNETES_MINOR = KUBERNETES_VERSION.split('.').slice(0, 2).join('.').slice(1);

const LAYOUT: Readonly<Record<string, Served>> = {
  '/kubectl/release/stable.txt': { name: 'kubectl', content: () => KUBERNETES_VERSION },
  [`/kubectl/release/stable-${KUBERNETES_MINOR}.txt`]: { name: 'kubectl', content: () => KUBERNETES_VERSION },
  [KUBECTL_PATH]: { name: 'kubectl', content: 'file' },
  [`${KUBECTL_PATH}.sha256`]: { name: 'kubectl', content: (sum) => sum },
  [`${BUILDX_FOLDER}/${BUILDX_FILE}`]: { name: 'buildx', content: 'file' },
  [`${BUILDX_FOLDER}/${BUILDX_FILE}.sha256`]: { name: 'buildx', content: (sum) => `${sum} *${BUILDX_FILE}\n` },
  [`${BUILDX_FOLDER}/checksums.txt`]: { name: 'buildx', content: (sum) => `${sum} *${BUILDX_FILE}\n` },
};

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
