import { parseBuildSecret } from './build-secrets.ts';
import { parseAttest, parseBuildContext, parseLabel, parsePlatform, parseProof, parseSsh } from './build-parsers.ts';
import { parseImage, parseRepository } from './image-inputs.ts';
import { oneOf, parseBoolean, parseBuildArg, parseName } from './parsers.ts';
import { asIs, commaList, list, optional, withFallback } from './row.ts';
import { parseTagRule } from '../values/tag-rule.ts';

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
  platforms: commaList(
    'platforms',
    'list of os/arch[/variant]',
    parsePlatform,
    'What the image is built for, such as `linux/amd64,linux/arm64` (default: the platform of the builder).',
  ),
  buildArgs: list(
    'build-args',
    'list of KEY=VALUE',
    parseBuildArg,
    'Build arguments. Not for secrets: they stay in the image, so a build argument that holds one is an error.',
  ),
  buildContexts: list(
    'build-contexts',
    'list of name=path or image',
    parseBuildContext,
    'Further contexts that the Dockerfile may name, such as `shared=../shared` or `base=docker-image://alpine:3`.',
  ),
  labels: list(
    'labels',
    'list of KEY=VALUE',
    parseLabel,
    'Labels of the image. Revision, source, title, version and date of the commit are there anyway; yours come last.',
  ),
  tags: list(
    'tags',
    'list of tags or rules',
    parseTagRule,
    'Further tags, in the grammar of docker/metadata-action: `type=ref,event=branch`, `type=semver,pattern={{version}}`. The full SHA is always there.',
  ),
  secrets: list(
    'secrets',
    'list of id=value, id, id=ID,env=NAME or id=ID,src=PATH',
    parseBuildSecret,
    "What the build may read and no layer keeps. `id` alone: the variable of that name in the step's `env`, which may have several lines.",
  ),
  ssh: list('ssh', 'list of default or id=path', parseSsh, 'SSH agents or keys for `RUN --mount=type=ssh`.'),
  noCache: withFallback('no-cache', 'true or false', 'false', parseBoolean, 'Whether every step is run anew.'),
  pull: withFallback(
    'pull',
    'true or false',
    'false',
    parseBoolean,
    'Whether base images are looked up anew in their registries.',
  ),
  provenance: withFallback(
    'provenance',
    'false, true or attributes like mode=min',
    'false',
    parseProof,
    'Whether the image says how it was built. `mode=max` shows build arguments to everybody who can pull.',
  ),
  sbom: withFallback(
    'sbom',
    'false, true or attributes',
    'false',
    parseProof,
    'Whether the image lists the software that is in it.',
  ),
  attests: list('attests', 'list of type=…', parseAttest, 'Further attestations, as buildx has them.'),
  build: withFallback(
    'build',
    'auto or never',
    'auto',
    oneOf(['auto', 'never']),
    '`auto`: what was built of this commit with the same inputs is taken as it is. `never`: it must be there already.',
  ),
  push: withFallback(
    'push',
    'true or false',
    'true',
    parseBoolean,
    'Whether the image is pushed. `false`: it is only built, which finds out whether it can be, and nothing is deployed. Runs of pull requests from forks never push.',
  ),
  images: list(
    'images',
    'list of repo[:tag][@digest]',
    parseImage,
    'Images that are built already: nothing is built, these are deployed. Without a tag the SHA of the commit is the tag; without a digest the registry is asked for it.',
  ),
} as const;
