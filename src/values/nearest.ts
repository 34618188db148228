import { closest, distance } from 'fastest-levenshtein';

/** The known word that is so near to another that it was probably meant; undefined when none is. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const found = closest(word, known);
  return distance(word, found) <= Math.max(2, Math.floor(word.length / 3)) ? found : undefined;
}
