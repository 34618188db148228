import { parseEnvironment } from './build-parsers.ts';
import { asIs, list, optional } from './row.ts';

/** What an image has to pass before the cluster is touched. */
export const IMAGE_GATE_INPUTS = {
  imageTests: list(
    'image-tests',
    'list of paths',
    asIs,
    'Files for container-structure-test: each image has to pass them before it is deployed.',
  ),
  scanCommand: optional(
    'scan-command',
    'command line',
    asIs,
    'A scanner that is run for each image, with its digest reference in IMAGE. Anything but exit code 0 stops the deploy; a SARIF file becomes annotations.',
  ),
  environment: optional(
    'environment',
    'name',
    parseEnvironment,
    'Name of the environment. When the deploy succeeds, it is recorded beside the image that it was verified there.',
  ),
  requireVerified: optional(
    'require-verified',
    'name of an environment',
    parseEnvironment,
    'Deploys only images that were verified in this environment before.',
  ),
} as const;
