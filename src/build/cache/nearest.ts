import { join } from 'node:path';
import type { Ports } from '../../ports.ts';
import { throughBuilder, type Builder } from '../../values/builder.ts';
import type { CacheOptions } from './options.ts';
import { createImageLookup } from '../../registry/lookup.ts';

type NearestPorts = Pick<Ports, 'exec' | 'files'>;

/**
 * The options with one cache to read: the nearest that is there, else the last. BuildKit that is given several asks all of them for each step, takes
 * whoever answers first, and then looks on in that one alone: which steps are found is chance (moby/buildkit#6418). Where nobody can look, and
 * where the user chose himself, all stay.
 */
export async function nearestCache(
  options: CacheOptions,
  builder: Pick<Builder, 'buildx' | 'name'>,
  ports: NearestPorts,
): Promise<CacheOptions> {
  const { from, places } = options;
  if (from.length < 2 || places.length < from.length) {
    return options;
  }
  const lookup = createImageLookup(async () => throughBuilder(builder), ports);
  const isThere = async (place: string): Promise<boolean> =>
    options.kind === 'local'
      ? ports.files.readText(join(place, 'index.json')).then(
          () => true,
          () => false,
        )
      : // A registry that does not answer is asked once; what it has to say is said by the build.
        (await lookup.has(place)) !== 'missing';
  const last = from.length - 1;
  for (const [index, place] of places.slice(0, last).entries()) {
    if (await isThere(place)) {
      return only(options, index);
    }
  }
  return only(options, last);
}

function only(options: CacheOptions, index: number): CacheOptions {
  return { ...options, from: options.from.slice(index, index + 1), places: options.places.slice(index, index + 1) };
}
