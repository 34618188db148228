/** What was given, as the rules about inputs taken together see it. */
export type Given = {
  /** Whether it was given, and is something else than its default. */
  readonly has: (name: string) => boolean;
  /** As it was given, trimmed; empty when it was not. */
  readonly text: (name: string) => string;
};

/** How an image comes about: what each way is given by. */
export const BUILD_MODES = {
  dockerfile: ['context', 'file'],
  bake: ['bake-files'],
  command: ['build-command'],
  skaffold: ['skaffold-file'],
} as const;

/** The same in words. */
export const WAYS = 'context, file, bake-files, build-command or skaffold-file';

export type BuildMode = keyof typeof BUILD_MODES;

const MODES = ['dockerfile', 'bake', 'command', 'skaffold'] as const satisfies readonly BuildMode[];

/** The ways that were given; one at most makes sense. */
export function modesOf({ has }: Given): readonly BuildMode[] {
  return MODES.filter((mode) => BUILD_MODES[mode].some(has));
}

export function builds(given: Given): boolean {
  return modesOf(given).length > 0;
}

/** Whether something of a cluster is changed. What skaffold renders is deployed where there is a cluster. */
export function changesCluster({ has }: Given): boolean {
  return has('manifests') || has('set-image') || (has('skaffold-file') && has('kubeconfig'));
}

export function hasManifests({ has }: Given): boolean {
  return has('manifests') || (has('skaffold-file') && has('kubeconfig'));
}
