/** What a request to a registry is for, as the distribution specification names its endpoints. */
export type RegistryStep =
  | 'ping'
  | 'manifest-head'
  | 'manifest-get'
  | 'manifest-put'
  | 'blob-head'
  | 'blob-get'
  /** POST blobs/uploads: a session, a whole blob at once (`?digest=`), or a blob of another repository (`?mount=&from=`). */
  | 'upload-start'
  | 'upload-patch'
  | 'upload-put'
  /** The token service, which is no part of a registry but stands on the same port here. */
  | 'token'
  /** Catalog, tags, referrers, what an upload has so far, deletions. */
  | 'other';

export type RegistryRequest = {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly step: RegistryStep;
  /** "" where the request is of no repository. */
  readonly repository: string;
  /** A tag or a digest of a manifest; of a blob and of its upload the digest, as far as the request tells it. */
  readonly reference: string;
};

export const TOKEN_PATH = '/token';

const STEPS: readonly (readonly [words: RegExp, step: RegistryStep])[] = [
  [/^HEAD manifests$/, 'manifest-head'],
  [/^GET manifests$/, 'manifest-get'],
  [/^PUT manifests$/, 'manifest-put'],
  [/^HEAD blobs$/, 'blob-head'],
  [/^GET blobs$/, 'blob-get'],
  [/^POST blobs\/uploads$/, 'upload-start'],
  [/^PATCH blobs\/uploads$/, 'upload-patch'],
  [/^PUT blobs\/uploads$/, 'upload-put'],
];

/** `path` has its query. */
export function registryRequest(method: string, path: string): RegistryRequest {
  const { pathname, searchParams } = new URL(path, 'http://registry');
  if (pathname === TOKEN_PATH || /^\/v2\/?$/.test(pathname)) {
    return { method, path, step: pathname === TOKEN_PATH ? 'token' : 'ping', repository: '', reference: '' };
  }
  // A repository may itself have parts that are called "manifests" or "blobs": the last one counts.
  const [, repository = '', endpoint = '', last = ''] =
    /^\/v2\/(.+)\/(manifests|blobs\/uploads|blobs)\/([^/]*)$/.exec(pathname) ?? [];
  const [, step = 'other'] = STEPS.find(([words]) => words.test(`${method} ${endpoint}`)) ?? [];
  const ofUpload = searchParams.get('digest') ?? searchParams.get('mount') ?? '';
  return {
    method,
    path,
    step,
    repository: decodeURIComponent(repository),
    reference: endpoint === 'blobs/uploads' ? ofUpload : decodeURIComponent(last),
  };
}

/** Whether a request changes something, so that the right to pull is not enough for it. */
export function isPush({ method }: RegistryRequest): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
