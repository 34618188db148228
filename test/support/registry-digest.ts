const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** The digest that a registry on plain HTTP names for "host:port/repository:tag" or "…@sha256:…"; undefined when it has no such image. */
export async function digestInRegistry(reference: string): Promise<string | undefined> {
  const [, registry = '', repository = '', tag = ''] = /^([^/]+)\/([^:@]+)[:@](.+)$/.exec(reference) ?? [];
  const answer = await fetch(`http://${registry}/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    headers: { accept: MANIFESTS.join(', ') },
  });
  return answer.ok ? (answer.headers.get('docker-content-digest') ?? undefined) : undefined;
}
