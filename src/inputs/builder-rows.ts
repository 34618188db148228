import { parseBuilder, type BuilderWish } from '../values/builder.ts';
import { parseAssignment, parseImageText } from './build-parsers.ts';
import { parseBoolean } from './parsers.ts';
import { parseRegistryAuth } from './registry-auth.ts';
import { asIs, list, optional, wholeList, withFallback } from './row.ts';

/** What builds, and how it reaches registries. */
export const BUILDER_INPUTS = {
  builder: withFallback<BuilderWish>(
    'builder',
    'auto, docker, container, kubernetes, tcp://host:port, unix:///path or a name',
    'auto',
    parseBuilder,
    'What builds. `auto`: a builder that runs, else docker, else a container that is removed at the end. `kubernetes`: pods of the cluster. Or the address of a BuildKit, or a builder that buildx knows.',
  ),
  builderOptions: list(
    'builder-options',
    'list of KEY=VALUE',
    parseAssignment,
    'Driver options of a builder that is made, such as `replicas=2`.',
  ),
  buildkitImage: optional(
    'buildkit-image',
    'image',
    parseImageText,
    'Image that a builder of our own is started from (default: the one of buildx).',
  ),
  buildkitdConfig: optional(
    'buildkitd-config',
    'path',
    asIs,
    'A `buildkitd.toml` for a builder of our own, relative to the workspace.',
  ),
  registryCa: optional(
    'registry-ca',
    'PEM or path',
    asIs,
    'Certificate of the authority that vouches for your registry: for buildx, and for a builder of our own. Other builders, and the nodes of the cluster, have to know it themselves.',
  ),
  keepBuilder: withFallback(
    'keep-builder',
    'true or false',
    'false',
    parseBoolean,
    'Whether a builder of our own stays on the machine for the next run.',
  ),
  registryAuth: wholeList(
    'registry-auth',
    'YAML list of {registry, username, password} or {registry, helper}',
    parseRegistryAuth,
    'How registries are entered. It is kept in a private folder that is removed at the end. ghcr.io is entered with `github-token` when nothing else is known.',
  ),
} as const;
