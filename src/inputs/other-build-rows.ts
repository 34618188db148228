import { asIs, commaList, list, optional } from './row.ts';

/** What else can build than a Dockerfile. */
export const OTHER_BUILD_INPUTS = {
  bakeFiles: list(
    'bake-files',
    'list of paths',
    asIs,
    'Files for `docker buildx bake`, relative to the workspace: each target is an image.',
  ),
  bakeTargets: commaList('bake-targets', 'list of targets', asIs, 'Targets or groups of them (default: `default`).'),
  buildCommand: optional(
    'build-command',
    'command line',
    asIs,
    'A command that builds and pushes the image: it is told IMAGE, TAG, PUSH and PLATFORMS, and may write the digest to the file DIGEST_FILE.',
  ),
  skaffoldFile: optional(
    'skaffold-file',
    'path',
    asIs,
    'A `skaffold.yaml`: skaffold builds, tests and renders what it says, and this action deploys it.',
  ),
  skaffoldProfile: list('skaffold-profile', 'list of names', asIs, 'Profiles of the `skaffold.yaml`.'),
} as const;
