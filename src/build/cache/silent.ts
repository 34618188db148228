import type { Ports } from '../../ports.ts';
import type { Buildx } from '../../values/builder.ts';
import { parseImageReference, type ImageReference } from '../../values/image.ts';

const TIMEOUT_SECONDS = 20;

type Caches = { readonly from: readonly string[]; readonly to: readonly string[] };

/**
 * The caches without those of a registry that gives no answer: BuildKit would wait for it for ever, and so would every other build that it has. The
 * registry of the image has answered already, so it is not asked; undefined when it has not.
 */
export async function withoutSilentCaches(
  { from, to }: Caches,
  image: ImageReference | undefined,
  buildx: Buildx,
  { exec, notify }: Pick<Ports, 'exec' | 'notify'>,
): Promise<Caches> {
  const foreign = new Map(
    [...from, ...to].flatMap((cache) => {
      const reference = referenceIn(cache);
      const registry = registryOf(reference);
      return reference === undefined || (image !== undefined && registry === image.registry)
        ? []
        : [[registry, reference] as const];
    }),
  );
  const answers = await Promise.all(
    [...foreign].map(async ([registry, reference]) => {
      const args = ['imagetools', 'inspect', '--raw', reference];
      const { timedOut } = await exec.run({
        tool: buildx.path,
        env: buildx.env,
        args,
        timeoutSeconds: TIMEOUT_SECONDS,
      });
      return { registry, timedOut };
    }),
  );
  const silent = answers.flatMap(({ registry, timedOut }) => (timedOut ? [registry] : []));
  for (const registry of silent) {
    const text = `${registry ?? 'docker.io'} gave no answer for ${TIMEOUT_SECONDS} s: the caches there are neither read nor written`;
    notify({ kind: 'warning', text });
  }
  const isThere = (cache: string): boolean =>
    referenceIn(cache) === undefined || !silent.includes(registryOf(referenceIn(cache)));
  return { from: from.filter(isThere), to: to.filter(isThere) };
}

/** "type=registry,ref=ghcr.io/org/app:cache", or the reference alone. */
function referenceIn(cache: string): string | undefined {
  if (!cache.includes('=')) {
    return cache;
  }
  return /(?:^|,)type=registry(?:,|$)/.test(cache) ? /(?:^|,)ref=([^,"]+)/.exec(cache)?.[1] : undefined;
}

function registryOf(reference: string | undefined): string | undefined {
  try {
    return reference === undefined ? undefined : parseImageReference(reference).registry;
  } catch {
    return undefined;
  }
}
