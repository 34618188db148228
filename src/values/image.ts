/** `registry[:port]/path[:tag][@digest]`, taken apart. `registry` is undefined for Docker Hub's short names. */
export type ImageReference = {
  readonly registry: string | undefined;
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
};

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const PATH_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const REGISTRY = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;

/** `sha256:` and 64 lower-case hexadecimal digits. */
export function isDigest(text: string | undefined): text is string {
  return text !== undefined && DIGEST.test(text);
}

/**
 * Parses a reference by the rules of distribution's reference grammar. Upper case in the path is lowered (owners of GitHub
 * repositories may have it, registries may not). Throws an Error whose message says what is wrong.
 */
export function parseImageReference(text: string): ImageReference {
  const [beforeDigest, digest, ...more] = text.split('@');
  if (beforeDigest === undefined || beforeDigest === '' || more.length > 0) {
    throw new Error(`"${text}" is not an image reference`);
  }
  if (digest !== undefined && !isDigest(digest)) {
    throw new Error(`"${text}" has a digest that is not sha256: followed by 64 hexadecimal digits`);
  }
  const { registry, rest } = splitRegistry(beforeDigest);
  const colon = rest.lastIndexOf(':');
  const tag = colon === -1 ? undefined : rest.slice(colon + 1);
  const path = (colon === -1 ? rest : rest.slice(0, colon)).toLowerCase();
  if (tag !== undefined && !TAG.test(tag)) {
    throw new Error(`"${text}" has the tag "${tag}", which is not a valid tag`);
  }
  const badPart = path.split('/').find((part) => !PATH_PART.test(part));
  if (badPart !== undefined) {
    throw new Error(`"${text}" has the path part "${badPart}", which may hold a-z, 0-9 and single . _ - between them`);
  }
  if (registry !== undefined && !REGISTRY.test(registry)) {
    throw new Error(`"${text}" has the registry "${registry}", which is not a host name with an optional port`);
  }
  return { registry, path, tag, digest };
}

/** The first part is a registry when it looks like a host: a dot, a port or "localhost" (distribution's splitDockerDomain). */
function splitRegistry(text: string): { readonly registry: string | undefined; readonly rest: string } {
  const slash = text.indexOf('/');
  const first = slash === -1 ? '' : text.slice(0, slash);
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost';
  return isHost ? { registry: first, rest: text.slice(slash + 1) } : { registry: undefined, rest: text };
}

/** Registry and path without tag and digest, in the spelling that the user wrote. */
export function repositoryOf(image: ImageReference): string {
  return image.registry === undefined ? image.path : `${image.registry}/${image.path}`;
}

/** True when both name the same repository; `nginx`, `library/nginx` and `docker.io/library/nginx` are one. */
export function sameRepository(one: ImageReference, other: ImageReference): boolean {
  return canonicalRepository(one) === canonicalRepository(other);
}

function canonicalRepository(image: ImageReference): string {
  const registry = image.registry === undefined || image.registry === 'index.docker.io' ? 'docker.io' : image.registry;
  const path = registry === 'docker.io' && !image.path.includes('/') ? `library/${image.path}` : image.path;
  return `${registry.toLowerCase()}/${path}`;
}

export function formatImageReference(image: ImageReference): string {
  const tag = image.tag === undefined ? '' : `:${image.tag}`;
  const digest = image.digest === undefined ? '' : `@${image.digest}`;
  return `${repositoryOf(image)}${tag}${digest}`;
}

/** True for a reference that may name something else tomorrow: no digest, and no tag or `latest`. */
export function isUnpinned(image: ImageReference): boolean {
  return image.digest === undefined && (image.tag === undefined || image.tag === 'latest');
}
