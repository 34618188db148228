import type { Sighting } from './sighting.ts';

/** Completes "server: …" on one line: what is wrong, and the cluster's own words for it. */
export function sentenceOf({ row, finding }: Sighting): string {
  const { place, word, text } = finding;
  if (row.family === 'workload') {
    return text === '' ? row.says : `${row.says}: ${text}`;
  }
  const ending = text === '' ? ` (${word})` : ` (${word}): ${text}`;
  if (place.container !== undefined) {
    return `${place.isInit === true ? 'init container' : 'container'} ${place.container} ${row.says}${ending}`;
  }
  return place.podName === undefined ? `${row.says}${ending}` : `pod ${place.podName} ${row.says}${ending}`;
}
