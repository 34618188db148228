import { createServer } from 'node:http';

/**
 * A registry that lets nobody in, in the ways of real ones, by the first part of the repository's name:
 *
 * - `token/…`: sends the client to a token service, which answers 403 (GitHub, Google)
 * - `scope/…`: the token service gives a token, and the registry refuses it (Docker Hub)
 * - anything else: asks for a password (a plain registry behind htpasswd)
 */
export async function serveRefusingRegistry(port: number, hostIp: string): Promise<void> {
  const origin = `http://${hostIp}:${port}`;
  const server = createServer((request, response) => {
    const { url = '/', headers } = request;
    if (url.startsWith('/token')) {
      const isGiven = url.includes('scope%2F') || url.includes('scope/');
      response.writeHead(isGiven ? 200 : 403, { 'content-type': 'application/json' });
      response.end(isGiven ? '{"token":"worthless"}' : DENIED);
      return;
    }
    const [, style = '', rest = ''] = /^\/v2\/([^/]+)\/(.*?)\/(?:manifests|blobs)\//.exec(url) ?? [];
    const scope = `scope="repository:${style}/${rest}:pull"`;
    const refused = style === 'scope' && headers.authorization !== undefined ? ',error="insufficient_scope"' : '';
    const challenge =
      style === 'token' || style === 'scope'
        ? `Bearer realm="${origin}/token",service="lab",${scope}${refused}`
        : 'Basic realm="lab"';
    response.writeHead(401, { 'www-authenticate': challenge, 'content-type': 'application/json' });
    response.end(request.method === 'HEAD' ? undefined : DENIED);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '0.0.0.0', resolve);
  });
}

const DENIED = JSON.stringify({
  errors: [{ code: 'UNAUTHORIZED', message: 'authentication required', detail: null }],
});
