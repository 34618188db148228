const LONGEST_NAME = 40;

/**
 * The name of the inventory of a deploy that gave none. Deploys of other manifests must not share one: each would delete what the other has
 * applied. So the entries are in it, and another list of entries is another inventory, in which nothing is to be deleted.
 */
export function inventoryName(repository: string, manifests: readonly string[]): string {
  const name = repository.split('/').at(-1) ?? '';
  const readable = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_NAME)
    .replaceAll(/^-+|-+$/g, '');
  return `${readable === '' ? 'app' : readable}-${fingerprint([repository, ...manifests.toSorted()].join('\n'))}`;
}

/** FNV-1a, 32 bits: to tell lists apart, not to withstand anybody. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}
