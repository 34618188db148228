import { documents, manifestText, workloadText } from './workload-text.ts';

/**
 * A Deployment with its Service on port 8080 that answers as its version says. `/?status=500&type=text/plain` is answered with that; any other
 * path with the status 503 until the app is as old as `warmSeconds`, and then with 200. The body is "<version> says <status>".
 */
export type AnsweringApp = { readonly name: string; readonly version: string; readonly warmSeconds?: number };

export function answeringApp({ name, version, warmSeconds = 0 }: AnsweringApp): string {
  const program = `
    const started = Date.now();
    require('node:http').createServer((request, response) => {
      const { searchParams } = new URL(request.url, 'http://app');
      const usual = Date.now() - started < ${warmSeconds * 1000} ? 503 : 200;
      const status = Number(searchParams.get('status') ?? usual);
      response.writeHead(status, { 'content-type': searchParams.get('type') ?? 'application/octet-stream' });
      response.end('${version} says ' + status);
    }).listen(8080);`;
  const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };
  return documents(
    workloadText({ name, containers: [{ image: 'node:24-slim', command: ['node', '-e', program], readinessProbe }] }),
    manifestText({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: { app: name }, ports: [{ name: 'web', port: 8080 }] },
    }),
  );
}
