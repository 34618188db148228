import { parseRepository } from './image-inputs.ts';
import { oneOf, parseName } from './parsers.ts';
import { asIs, list, optional, withFallback } from './row.ts';

/** Where steps that were run before are kept. */
export const CACHE_INPUTS = {
  cache: withFallback(
    'cache',
    'auto, registry, gha, inline, local or off',
    'auto',
    oneOf(['auto', 'registry', 'gha', 'inline', 'local', 'off']),
    'Where steps are cached. `auto`: beside the image in its registry, or in the image where the builder can do no more. A branch reads its own cache, or that of the default branch; a pull request writes no other than its own.',
  ),
  cacheFrom: list(
    'cache-from',
    'list',
    asIs,
    'Cache sources for buildx as it has them, instead of `cache`: `type=registry,ref=ghcr.io/org/app:cache`.',
  ),
  cacheTo: list('cache-to', 'list', asIs, 'Cache targets for buildx as it has them, instead of `cache`.'),
  cacheRepository: optional(
    'cache-repository',
    'repository',
    parseRepository,
    'Repository for cached steps (default: that of the image). Needed where tags of the image cannot be changed.',
  ),
  cacheFolder: optional(
    'cache-folder',
    'folder',
    asIs,
    'Folder for `cache: local` (default: one in the tool cache of the runner).',
  ),
  cacheStages: list(
    'cache-stages',
    'list of stages',
    parseName,
    'Stages of the Dockerfile that are built and cached first, such as `base`.',
  ),
} as const;
