import { isJsonObject, objectsAt, textAt, valueAt } from '../../src/values/json.ts';

/** What a plain registry has in one repository, asked directly. `registry` is "127.0.0.1:21003". */
export type RegistryView = {
  /** In alphabetical order; none when nobody has pushed there. */
  tags(): Promise<readonly string[]>;
  /** Of the manifest or index under a tag; undefined when there is none. */
  digest(tag: string): Promise<string | undefined>;
  /** Each tag with its digest. */
  contents(): Promise<Readonly<Record<string, string | undefined>>>;
  /** The labels of the image under a tag. */
  labels(tag: string): Promise<Readonly<Record<string, string>>>;
};

const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

export function registryView(registry: string, repository: string): RegistryView {
  const get = async (path: string): Promise<Response | undefined> => {
    const url = `http://${registry}/v2/${repository}/${path}`;
    const response = await fetch(url, { headers: { accept: MANIFESTS } });
    if (!response.ok && response.status !== 404) {
      throw new Error(`the registry answers ${response.status} to GET ${url}`);
    }
    return response.ok ? response : undefined;
  };
  const manifest = async (reference: string): Promise<unknown> => {
    const response = await get(`manifests/${reference}`);
    const content: unknown = await response?.json();
    const [child] = objectsAt(content, 'manifests');
    return child === undefined ? content : manifest(textAt(child, 'digest') ?? '');
  };
  const digest: RegistryView['digest'] = async (tag) => {
    const response = await get(`manifests/${tag}`);
    await response?.arrayBuffer();
    return response?.headers.get('docker-content-digest') ?? undefined;
  };
  const tags: RegistryView['tags'] = async () => {
    const response = await get('tags/list');
    const found = valueAt(await response?.json(), 'tags');
    return Array.isArray(found) ? found.filter((tag) => typeof tag === 'string').toSorted() : [];
  };
  return {
    tags,
    digest,
    contents: async () =>
      Object.fromEntries(await Promise.all((await tags()).map(async (tag) => [tag, await digest(tag)] as const))),
    labels: async (tag) => {
      const config = textAt(await manifest(tag), 'config', 'digest') ?? '';
      const response = await get(`blobs/${config}`);
      const labels = valueAt(await response?.json(), 'config', 'Labels');
      return Object.fromEntries(
        Object.entries(isJsonObject(labels) ? labels : {}).map(([name, value]) => [name, String(value)]),
      );
    },
  };
}

export type NewRepository = {
  /** For the input `image`. */
  readonly image: string;
  /** In its registry. */
  readonly path: string;
  /** What has been pushed to it. */
  readonly pushed: RegistryView;
};

let repositories = 0;

/** A repository that nobody has pushed to. */
export function newRepository({ registry, name }: { readonly registry: string; readonly name: string }): NewRepository {
  repositories += 1;
  const path = `${name}-${repositories}`;
  return { image: `${registry}/${path}`, path, pushed: registryView(registry, path) };
}
