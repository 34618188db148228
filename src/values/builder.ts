/** Which builder the user wants: a word, the endpoint of a running BuildKit, or the name of a builder that buildx knows. */
export type BuilderWish =
  | { readonly kind: 'auto' | 'docker' | 'container' | 'kubernetes' }
  | { readonly kind: 'remote'; readonly endpoint: string }
  | { readonly kind: 'named'; readonly name: string };

/** buildx, and what its commands get in their environment: where credentials and builders are kept. */
export type Buildx = { readonly path: string; readonly env: Readonly<Record<string, string>> };

/** A builder that answers. */
export type Builder = {
  readonly buildx: Buildx;
  /** Undefined: the one that buildx takes by itself. */
  readonly name: string | undefined;
  /** buildx's word: docker, docker-container, kubernetes, remote, cloud. */
  readonly driver: string;
  /** Of BuildKit, as it says; undefined when it does not. */
  readonly version: string | undefined;
  /** False for an engine without the containerd image store: it exports nothing but inline caches, and pushes by tag only. */
  readonly isWhole: boolean;
};

/** buildx for commands that have no `--builder` of their own to be about: they go where the builder is known, and by its configuration. */
export function throughBuilder({ buildx, name }: Pick<Builder, 'buildx' | 'name'>): Buildx {
  return name === undefined ? buildx : { ...buildx, env: { ...buildx.env, BUILDX_BUILDER: name } };
}

/** `auto`, `docker`, `container`, `kubernetes`, `tcp://host:port`, `unix:///path`, or the name of a builder. Throws an Error. */
export function parseBuilder(text: string): BuilderWish {
  if (text === 'auto' || text === 'docker' || text === 'container' || text === 'kubernetes') {
    return { kind: text };
  }
  if (/^(?:tcp:\/\/[^/\s]+:\d{1,5}|unix:\/\/\/\S+)$/.test(text)) {
    return { kind: 'remote', endpoint: text };
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(text)) {
    throw new Error(
      `"${text}" is neither auto, docker, container, kubernetes, tcp://host:port, unix:///path nor a name`,
    );
  }
  return { kind: 'named', name: text };
}
