/** What a request to an API server is for. */
export const REQUEST_KINDS = ['watch', 'list', 'get', 'log', 'write', 'dry-run', 'discovery'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** `target` is the path with its query. */
export function requestKind(method: string, target: string): RequestKind {
  const { pathname, searchParams } = new URL(target, 'http://server');
  if (method !== 'GET' && method !== 'HEAD') {
    return searchParams.has('dryRun') ? 'dry-run' : 'write';
  }
  if (['true', '1'].includes(searchParams.get('watch') ?? '')) {
    return 'watch';
  }
  const [, rest] = /^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)\/(.+)$/.exec(pathname) ?? [];
  if (rest === undefined) {
    return 'discovery';
  }
  const words = rest.split('/');
  // namespaces/shop/pods/server-1/log; without a namespace the resource is the first word, and a namespace itself is `namespaces/shop`.
  const [, name, subresource] = words[0] === 'namespaces' && words.length > 2 ? words.slice(2) : words;
  if (subresource === 'log') {
    return 'log';
  }
  return name === undefined ? 'list' : 'get';
}
