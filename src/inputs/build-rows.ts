import { parseImage, parseRepository } from './image-inputs.ts';
import { parseBuildArg, parseName } from './parsers.ts';
import { optional, list, asIs } from './row.ts';

/** What is built. */
export const BUILD_INPUTS = {
  image: optional(
    'image',
    'repository',
    parseRepository,
    'Repository the built image is pushed to, without a tag: the tag is the full SHA of the commit. Upper case is lowered.',
  ),
  context: optional(
    'context',
    'folder',
    asIs,
    'Build context, relative to the workspace. Giving it, or `file`, builds and pushes `image`.',
  ),
  file: optional('file', 'path', asIs, 'Dockerfile, relative to the workspace (default: `Dockerfile` in the context).'),
  target: optional('target', 'stage', parseName, 'Stage of the Dockerfile to build.'),
  buildArgs: list(
    'build-args',
    'list of KEY=VALUE',
    parseBuildArg,
    'Build arguments. Not for secrets: they stay in the image.',
  ),
  cacheFrom: list(
    'cache-from',
    'list',
    asIs,
    'Cache sources for buildx, for example `type=registry,ref=ghcr.io/org/app:cache`.',
  ),
  cacheTo: list('cache-to', 'list', asIs, 'Cache targets for buildx.'),
  builder: optional('builder', 'name', parseName, 'Name of an existing buildx builder (default: the current one).'),
  images: list(
    'images',
    'list of repo[:tag][@digest]',
    parseImage,
    'Images that are built already: nothing is built, these are deployed. Without a tag the SHA of the commit is the tag; without a digest the registry is asked for it.',
  ),
} as const;
