import { parseImagePath } from '../values/image-path.ts';
import { parseNamespace } from '../values/namespace.ts';
import { parseBoolean, parseReleaseName, parseVariable } from './parsers.ts';
import { optional, withFallback, list, asIs } from './row.ts';

/** What is deployed. */
export const MANIFEST_INPUTS = {
  manifests: list(
    'manifests',
    'list of paths',
    asIs,
    'Files, folders and globs of Kubernetes manifests, folders with a kustomization, and Helm charts; relative to the workspace.',
  ),
  vars: list(
    'vars',
    'list of NAME or NAME=value',
    parseVariable,
    "Names that are replaced in the manifests where they stand as `${NAME}` or `${NAME:-default}`; without `=value` the value comes from the step's `env`. Everything else that looks like a variable is left alone.",
  ),
  imagePaths: list(
    'image-paths',
    'list of Kind[.group] {.path}',
    parseImagePath,
    'Where custom resources have images, for example `Rollout.argoproj.io {.spec.template.spec.containers[*].image}`. These are pinned and checked like those of pods.',
  ),
  helmValues: list(
    'helm-values',
    'list of paths',
    asIs,
    'Values files for the charts among the manifests, relative to the workspace; later ones win.',
  ),
  helmRelease: optional(
    'helm-release',
    'name',
    parseReleaseName,
    'Name of the release that the charts are rendered as (default: the name of the folder of the chart).',
  ),
  renderTo: optional(
    'render-to',
    'path',
    asIs,
    'File that all manifests are written to as they are deployed, with images and variables filled in; for policy checks. What is secret in them is in it, too.',
  ),
  namespace: optional(
    'namespace',
    'name',
    parseNamespace,
    'Namespace of every object that names none (default: that of the kubeconfig context). When it is given, an object of another namespace is an error.',
  ),
  createNamespace: withFallback(
    'create-namespace',
    'true or false',
    'false',
    parseBoolean,
    'Whether the namespace is created when it does not exist.',
  ),
} as const;
