import type { RunnerFacts } from './runner-facts.ts';

/** What image labels are made of, beside those of the user. */
export type LabelFacts = {
  /** "https://github.com/org/app"; empty when it is not known. */
  readonly source: string;
  /** "app" */
  readonly title: string;
  /** "key=value", as the user gave them. */
  readonly given: readonly string[];
};

export function labelFacts(
  given: readonly string[],
  { serverUrl, repository }: Pick<RunnerFacts, 'serverUrl' | 'repository'>,
): LabelFacts {
  const source = repository === '' ? '' : `${serverUrl}/${repository}`;
  return { source, title: repository.split('/').at(-1) ?? '', given };
}

/**
 * The labels of an image as the OCI names them (opencontainers/image-spec, annotations), then the user's, which come last and so count; its
 * revision is given to it by the build, with the record. The image is as old as its commit, so that the same commit makes the same labels.
 */
export function labelsOf(
  { source, title, given }: LabelFacts,
  version: string,
  commitTime: string | undefined,
): readonly string[] {
  const own = [
    ['source', source],
    ['url', source],
    ['title', title],
    ['version', version],
    ['created', commitTime ?? ''],
  ] as const;
  const labels = own
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `org.opencontainers.image.${key}=${value}`);
  const wished = given.map(keyOf);
  return [...labels.filter((label) => !wished.includes(keyOf(label))), ...given];
}

function keyOf(label: string): string {
  return label.slice(0, label.indexOf('='));
}
