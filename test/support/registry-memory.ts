import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { sendAnswer } from './registry-faults.ts';
import { registryRequest } from './registry-steps.ts';

export type MemoryRegistry = {
  /** "127.0.0.1:43210" */
  readonly host: string;
  /** Credentials that reached it, though it asked for none. */
  credentials(): readonly string[];
  putBlob(repository: string, bytes: Buffer): string;
  /** Under the tag too, if there is one. Returns the digest. */
  putManifest(repository: string, manifest: object, tag?: string): string;
};

type Manifest = { readonly bytes: Buffer; readonly mediaType: string };

/** A small registry that keeps what it is given, until the test is over. Its lists come in pages of one. */
export async function memoryRegistry(t: TestContext): Promise<MemoryRegistry> {
  const credentials: string[] = [];
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Manifest>();
  const keep = (repository: string, bytes: Buffer): string => {
    blobs.set(`${repository}@${digestOf(bytes)}`, bytes);
    return digestOf(bytes);
  };
  const keepManifest = (repository: string, manifest: Manifest, reference: string): string => {
    const digest = digestOf(manifest.bytes);
    manifests.set(`${repository}@${reference}`, manifest);
    manifests.set(`${repository}@${digest}`, manifest);
    return digest;
  };

  const server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const what = registryRequest(request.method ?? 'GET', request.url ?? '/');
    const { step, repository, reference } = what;
    const key = `${repository}@${reference}`;
    const [blob, manifest] = [blobs.get(key), manifests.get(key)];
    credentials.push(...(request.headers.authorization === undefined ? [] : [request.headers.authorization]));
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) {
      return;
    }
    if (step === 'ping') {
      send(response, 200);
    } else if ((step === 'manifest-get' || step === 'manifest-head') && manifest !== undefined) {
      send(response, 200, manifest.bytes, {
        'content-type': manifest.mediaType,
        'docker-content-digest': digestOf(manifest.bytes),
      });
    } else if ((step === 'blob-get' || step === 'blob-head') && blob !== undefined) {
      send(response, 200, blob);
    } else if (step === 'upload-start') {
      // Absolute, as Docker's registry does it, and at the address where it is itself.
      send(response, 202, '', {
        location: `http://${request.socket.localAddress}:${request.socket.localPort}/v2/${repository}/blobs/uploads/${randomUUID()}`,
      });
    } else if (step === 'upload-put') {
      send(response, 201, '', { 'docker-content-digest': keep(repository, body) });
    } else if (step === 'manifest-put') {
      const digest = keepManifest(
        repository,
        { bytes: body, mediaType: request.headers['content-type'] ?? '' },
        reference,
      );
      send(response, 201, '', { 'docker-content-digest': digest });
    } else if (step === 'other') {
      const keys = [...manifests.keys()].map((each) => each.split('@'));
      sendPage(response, what.path, keys);
    } else {
      sendAnswer(response, what, { status: 404 });
    }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    host,
    credentials: () => [...credentials],
    putBlob: keep,
    putManifest: (repository, manifest, tag) => {
      const bytes = Buffer.from(JSON.stringify(manifest));
      const mediaType = 'mediaType' in manifest ? String(manifest.mediaType) : '';
      return keepManifest(repository, { bytes, mediaType }, tag ?? digestOf(bytes));
    },
  };
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function send(
  response: ServerResponse,
  status: number,
  body: Buffer | string = '',
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** One name of the catalog, or one tag, and where the next is. */
function sendPage(response: ServerResponse, path: string, keys: readonly (readonly string[])[]): void {
  const { pathname, searchParams } = new URL(path, 'http://registry');
  const [, repository] = /^\/v2\/(.+)\/tags\/list$/.exec(pathname) ?? [];
  const names = keys.flatMap(([name = '', reference = '']) => {
    if (repository === undefined) {
      return [name];
    }
    return name === repository && !reference.includes(':') ? [reference] : [];
  });
  const [first, second] = [...new Set(names)].toSorted().filter((name) => name > (searchParams.get('last') ?? ''));
  const page = { [repository === undefined ? 'repositories' : 'tags']: first === undefined ? [] : [first] };
  const link = second === undefined ? {} : { link: `<${pathname}?n=1&last=${first}>; rel="next"` };
  send(response, 200, JSON.stringify(page), { 'content-type': 'application/json', ...link });
}
