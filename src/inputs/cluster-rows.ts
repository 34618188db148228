import { parseExpectedCluster } from '../values/expected-cluster.ts';
import { parseSha } from './parsers.ts';
import { optional, asIs } from './row.ts';

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
} as const;
