import { parseExpectedCluster } from '../values/expected-cluster.ts';
import { parseVersionWish, type VersionWish } from '../values/version.ts';
import { parseMirror, parseSha } from './parsers.ts';
import { optional, withFallback, asIs } from './row.ts';

/** Where to, and by what tools. */
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
  kubectlVersion: withFallback<VersionWish>(
    'kubectl-version',
    'auto, 1.NN or vX.Y.Z[@sha256:…]',
    'auto',
    parseVersionWish,
    "Version of kubectl. `auto`: a kubectl on the runner within one minor of the server, else the server's minor is installed.",
  ),
  kubectlMirror: optional(
    'kubectl-mirror',
    'URL',
    parseMirror,
    'Where kubectl is downloaded from, in the layout of https://dl.k8s.io.',
  ),
  buildxVersion: withFallback<VersionWish>(
    'buildx-version',
    'auto or vX.Y.Z[@sha256:…]',
    'auto',
    parseVersionWish,
    'Version of buildx. `auto`: the one on the runner, else the version that this release was tested with.',
  ),
  buildxMirror: optional(
    'buildx-mirror',
    'URL',
    parseMirror,
    'Where buildx is downloaded from, in the layout of https://github.com/docker/buildx/releases/download.',
  ),
  helmVersion: withFallback<VersionWish>(
    'helm-version',
    'auto or vX.Y.Z[@sha256:…]',
    'auto',
    parseVersionWish,
    'Version of helm, which is needed for charts only. `auto`: the one on the runner, else the version that this release was tested with.',
  ),
  helmMirror: optional(
    'helm-mirror',
    'URL',
    parseMirror,
    'Where helm is downloaded from, in the layout of https://get.helm.sh.',
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
    'The token of the job (`github.token`). Sent to github.com when buildx is downloaded from there, and to the API when two commits have to be compared.',
  ),
} as const;
