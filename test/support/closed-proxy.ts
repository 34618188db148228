import { createServer } from 'node:http';

/** A proxy that lets nobody out, and knows who wanted to: "dl.k8s.io:443". */
export type ClosedProxy = {
  readonly url: string;
  readonly asked: string[];
  close(): void;
};

export async function openClosedProxy(): Promise<ClosedProxy> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(403).end();
  });
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => server.close() };
}
