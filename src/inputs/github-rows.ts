import { oneOf } from './parsers.ts';
import { parseUrl } from './github-parsers.ts';
import { optional, withFallback, asIs } from './row.ts';

/** What GitHub is told of a deploy. */
export const GITHUB_INPUTS = {
  githubToken: withFallback(
    'github-token',
    'token',
    '',
    asIs,
    'The token of the job (`github.token`): for deployments and comments on GitHub, for the history when two commits have to be compared, for downloads from github.com, and for ghcr.io when an image is kept there.',
  ),
  deployment: withFallback<'auto' | 'on' | 'off'>(
    'deployment',
    'auto, on or off',
    'auto',
    oneOf(['auto', 'on', 'off']),
    'Whether GitHub shows the deploy as a deployment of `environment`. `auto`: when there are an environment and a token, and the job has no deployment of its own. Needs `deployments: write`.',
  ),
  environmentUrl: optional(
    'environment-url',
    'URL',
    parseUrl,
    'Where the application is found, for the deployment and the comment (default, of a preview: what an Ingress, HTTPRoute or load balancer in its namespace says).',
  ),
  comment: withFallback<'auto' | 'on' | 'off'>(
    'comment',
    'auto, on or off',
    'auto',
    oneOf(['auto', 'on', 'off']),
    'Whether one comment on the pull request is kept up to date. `auto`: for previews and plans. Needs `pull-requests: write`.',
  ),
  app: optional(
    'app',
    'name',
    asIs,
    'What is deployed, for its previews, deployments and comments: two of one repository need two names (default: the name of the repository).',
  ),
  environments: optional(
    'environments',
    'JSON list',
    asIs,
    'For `command: matrix` and `collect`: the environments of a matrix (schemas/environments.schema.json).',
  ),
  order: withFallback<'parallel' | 'sequence'>(
    'order',
    'parallel or sequence',
    'parallel',
    oneOf(['parallel', 'sequence']),
    'For `command: matrix`: in a `sequence` each environment deploys only what was verified in the one before.',
  ),
  results: optional(
    'results',
    'folder',
    asIs,
    'For `command: collect`: where the reports of the deploys are, a JSON file each.',
  ),
} as const;
