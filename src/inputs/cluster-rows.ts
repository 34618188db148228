import { parseExpectedCluster } from '../values/expected-cluster.ts';
import { parseSha } from './parsers.ts';
import { optional, withFallback, asIs } from './row.ts';

/** Where to, and what is deployed there in whose name. */
export const CLUSTER_INPUTS = {
  kubeconfig: optional(
    'kubeconfig',
    'YAML, base64 or path',
    asIs,
    'The kubeconfig: its YAML, its YAML in base64, or a path to it. Needed for everything but a mere build.',
  ),
  kubeContext: optional(
    'kube-context',
    'name',
    asIs,
    'Context of the kubeconfig to use (default: its `current-context`).',
  ),
  expectCluster: optional(
    'expect-cluster',
    'server URL, sha256:… of its CA, or uid of kube-system',
    parseExpectedCluster,
    'Refuses to change any other cluster than this one.',
  ),
  sha: optional(
    'sha',
    '40 hexadecimal digits',
    parseSha,
    'The commit that is deployed (default: head of the pull request, head of the workflow_run, else GITHUB_SHA).',
  ),
  githubToken: withFallback(
    'github-token',
    'token',
    '',
    asIs,
    'The token of the job (`github.token`). Sent to github.com when tools are downloaded from there, to the API when two commits have to be compared, and to ghcr.io when an image is kept there.',
  ),
} as const;
