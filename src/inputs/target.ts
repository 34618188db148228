import type { GivenInputs } from './read.ts';

/** What is deployed where, as far as the inputs say so; they may turn out to be wrong. */
export type GivenTarget = {
  readonly app: string;
  readonly environment: string | undefined;
  readonly namespace: string | undefined;
};

/** Known before the inputs are read: whoever gave wrong ones has to be told of which environment. `repository` is "org/app". */
export function targetOf(given: GivenInputs, repository: string): GivenTarget {
  const textOf = (name: string): string | undefined => (given[name] ?? '').trim() || undefined;
  return {
    app: textOf('app') ?? repository.split('/').at(-1) ?? '',
    environment: textOf('environment'),
    namespace: textOf('namespace'),
  };
}
