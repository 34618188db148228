import { join } from 'node:path';
import type { CachePlan } from '../../plan/build-slices.ts';
import type { Ports } from '../../ports.ts';
import type { Builder } from '../../values/builder.ts';

/** Of a tag (distribution specification). */
const LONGEST_TAG = 128;
const HASH_LENGTH = 12;

/** `mode=max`: the steps of all stages. `image-manifest`, `oci-mediatypes`: what registries take that know images only. */
const REGISTRY_OPTIONS = 'mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true';

export type CacheOptions = {
  readonly kind: 'off' | 'raw' | 'registry' | 'gha' | 'inline' | 'local';
  /** Values of `--cache-from`, the nearest first: see `nearestCache`. */
  readonly from: readonly string[];
  /** Where each of them is, a reference or a folder; empty where nobody can look. */
  readonly places: readonly string[];
  /** Values of `--cache-to`. */
  readonly to: readonly string[];
  /** References that the image itself is to be known by, for its inline cache is in it. */
  readonly alsoAs: readonly string[];
  /** Why the cache is not of the kind that was asked for. */
  readonly note?: string | undefined;
};

const NONE = { from: [], places: [], to: [], alsoAs: [] } as const;

/**
 * Where the steps of a build come from and go to. A cache that cannot be written never fails a build. The scope of a cache is that of the plan
 * (a branch) with the target and the platforms; references are `<repository>:buildcache-…`, never the tag of a commit.
 */
export function cacheOptions(
  plan: CachePlan,
  builder: Pick<Builder, 'isWhole'>,
  target: string | undefined,
  platforms: readonly string[],
  sha256: Ports['sha256'],
): CacheOptions {
  if (plan.kind === 'off') {
    return { kind: 'off', ...NONE };
  }
  if (plan.kind === 'raw') {
    return { kind: 'raw', ...NONE, from: plan.from, to: plan.to };
  }
  const nameOf = (scope: string): string =>
    cut(['buildcache', scope, target ?? '', ...platforms.toSorted()].filter((part) => part !== '').join('-'), sha256);
  const reads = plan.reads.map(nameOf);
  const writes = plan.writes === undefined ? [] : [nameOf(plan.writes)];
  const referenceOf = (name: string): string => `${plan.repository}:${name}`;
  const references = reads.map(referenceOf);
  const fromRegistry = references.map((reference) => `type=registry,ref=${reference}`);

  if (!builder.isWhole || plan.kind === 'inline') {
    return {
      kind: 'inline',
      from: fromRegistry,
      places: references,
      to: writes.length === 0 ? [] : ['type=inline'],
      alsoAs: writes.map(referenceOf),
      note: plan.kind === 'inline' ? undefined : substitution(plan.kind),
    };
  }
  switch (plan.kind) {
    case 'gha': {
      // The cache service knows the repository of the job, not which of its images is meant.
      const scopeOf = (name: string): string => `type=gha,scope=${sanitised(plan.repository)}-${name}`;
      const to = writes.map((name) => `${scopeOf(name)},mode=max,ignore-error=true`);
      return { kind: 'gha', from: reads.map(scopeOf), places: [], to, alsoAs: [] };
    }
    case 'local': {
      const folderOf = (name: string): string => join(plan.folder, sanitised(plan.repository), name);
      return {
        kind: 'local',
        from: reads.map((name) => `type=local,${csvField(`src=${folderOf(name)}`)}`),
        places: reads.map(folderOf),
        to: writes.map((name) => `type=local,${csvField(`dest=${folderOf(name)}`)},mode=max,ignore-error=true`),
        alsoAs: [],
      };
    }
    case 'auto':
    case 'registry':
      return {
        kind: 'registry',
        from: fromRegistry,
        places: references,
        to: writes.map((name) => `type=registry,ref=${referenceOf(name)},${REGISTRY_OPTIONS}`),
        alsoAs: [],
      };
  }
}

/** A field of the CSV that buildx reads its options as. */
export function csvField(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function substitution(kind: string): string {
  const wish = kind === 'auto' ? '' : ` (the input cache asks for ${kind})`;
  return `This docker engine exports no cache but the inline one, which has the steps of the last stage only${wish}; "builder: container" or the containerd image store of the engine keep all stages`;
}

function sanitised(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_.-]+/g, '-');
}

/** A tag of what may be too long for one: the end is then a hash, so that two long names stay two. */
function cut(text: string, sha256: Ports['sha256']): string {
  const tag = sanitised(text);
  return tag.length <= LONGEST_TAG
    ? tag
    : `${tag.slice(0, LONGEST_TAG - HASH_LENGTH - 1)}-${sha256(text).slice(0, HASH_LENGTH)}`;
}
