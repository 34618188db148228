import { inParallel } from '../kube/parallel.ts';

/** How many requests of one check are under way at once. */
const MOST_REQUESTS = 8;

/** Asks about each item, a few at a time; answers keep the order of the items. The first rejection rejects the whole. */
export async function askEach<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<readonly (readonly [Item, Answer])[]> {
  return inParallel(items, MOST_REQUESTS, async (item) => [item, await ask(item)] as const);
}
