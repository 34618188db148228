import { parseDuration } from '../values/duration.ts';
import { parseNamespace } from '../values/namespace.ts';
import { parseVersionWish, type VersionWish } from '../values/version.ts';
import {
  parseBoolean,
  parseBuildArg,
  parseCount,
  parseMirror,
  parseName,
  parseSha,
  parseVariableName,
} from './parsers.ts';
import { parseImage, parseRepository } from './image-inputs.ts';
import { eachLine } from './lines.ts';
import { parseRestart, parseSetImage } from './workload-inputs.ts';

/**
 * One input of the action. `text` of an absent input is `fallback`; an absent input without a fallback has the value `absent`.
 * `format` is what the README says about the shape.
 */
export type InputSpec<Value> = {
  readonly name: string;
  readonly description: string;
  readonly format: string;
  readonly fallback: string;
  /** Throws an Error whose message says what is wrong with the text. */
  readonly parse: (text: string) => Value;
  readonly absent: Value;
};

function optional<Value>(
  name: string,
  format: string,
  parse: (text: string) => Value,
  description: string,
): InputSpec<Value | undefined> {
  return { name, format, parse, description, fallback: '', absent: undefined };
}

function withFallback<Value>(
  name: string,
  format: string,
  fallback: string,
  parse: (text: string) => Value,
  description: string,
): InputSpec<Value> {
  return { name, format, parse, description, fallback, absent: parse(fallback) };
}

function list<Item>(
  name: string,
  format: string,
  parse: (line: string) => Item,
  description: string,
): InputSpec<readonly Item[]> {
  return { name, format, parse: (text) => eachLine(text, parse), description, fallback: '', absent: [] };
}

const asIs = (text: string): string => text;

/** The single source of the inputs: the type `Inputs`, the checks, action.yml and the table in the README follow from it. */
export const INPUTS = {
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
  manifests: list(
    'manifests',
    'list of paths',
    asIs,
    'Files, folders and globs of Kubernetes manifests, relative to the workspace.',
  ),
  vars: list(
    'vars',
    'list of names',
    parseVariableName,
    "Names that are replaced in the manifests where they stand as `${NAME}` or `${NAME:-default}`; the values come from the step's `env`. Everything else that looks like a variable is left alone.",
  ),
  namespace: optional(
    'namespace',
    'name',
    parseNamespace,
    'Namespace of every object that names none (default: that of the kubeconfig context).',
  ),
  setImage: list(
    'set-image',
    'list of kind/name container[=image]',
    parseSetImage,
    'Containers of workloads that are not in the manifests: they get the image of this run, or the one after `=`.',
  ),
  restart: withFallback(
    'restart',
    'auto, always, never or a list of kind/name',
    'auto',
    parseRestart,
    'Which workloads to restart. `auto`: those whose pod template did not change while a ConfigMap or Secret that they consume did.',
  ),
  timeout: withFallback('timeout', 'duration', '10m', parseDuration, 'How long all rollouts together may take.'),
  failFast: withFallback(
    'fail-fast',
    'true or false',
    'true',
    parseBoolean,
    'Whether a rollout that is sure to fail ends the run in seconds. `false`: only the verdict of `kubectl rollout status` counts.',
  ),
  maxRestarts: withFallback(
    'max-restarts',
    'number',
    '2',
    parseCount,
    'With so many crashes a container has failed, while no pod of the new revision was ready yet. One that waits for something it needs, by its last words, is given longer.',
  ),
  imageGrace: optional(
    'image-grace',
    'duration',
    parseDuration,
    'How long an image may be missing, or refused, before the rollout has failed (default: 15 seconds or the second attempt). Longer for registries that replicate.',
  ),
  scheduleGrace: optional(
    'schedule-grace',
    'duration',
    parseDuration,
    'How long a pod may wait for a node before the rollout has failed (default: 45 seconds, much longer while an autoscaler is at work).',
  ),
  soak: optional(
    'soak',
    'duration',
    parseDuration,
    'How long finished rollouts are watched for restarts and pods that lose their readiness, before the run is green (default: not at all).',
  ),
  verifyDigest: withFallback(
    'verify-digest',
    'true or false',
    'true',
    parseBoolean,
    'Whether every ready pod must report the digest that was deployed.',
  ),
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
    'Sent to github.com when buildx is downloaded from there: with the token of the job (`github.token`) the rate limit is higher.',
  ),
} as const;

export type InputKey = keyof typeof INPUTS;

type ValueOf<Spec> = Spec extends InputSpec<infer Value> ? Value : never;

/** All inputs, parsed. */
export type Inputs = { readonly [Key in InputKey]: ValueOf<(typeof INPUTS)[Key]> };
