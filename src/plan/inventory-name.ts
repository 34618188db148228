import { fingerprint, slug } from './names.ts';

const LONGEST_NAME = 40;

/**
 * The name of the inventory of a deploy that gave none. Deploys of other manifests must not share one: each would delete what the other has
 * applied. So the entries are in it, and another list of entries is another inventory, in which nothing is to be deleted.
 */
export function inventoryName(repository: string, manifests: readonly string[]): string {
  const readable = slug(repository.split('/').at(-1) ?? '', LONGEST_NAME);
  return `${readable === '' ? 'app' : readable}-${fingerprint([repository, ...manifests.toSorted()].join('\n'))}`;
}
