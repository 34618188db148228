import type { Problem } from '../errors.ts';

type Has = (name: string) => boolean;

type Rule = { readonly isBroken: (has: Has) => boolean; readonly problem: Problem };

const builds = (has: Has): boolean => has('context') || has('file');
const changesCluster = (has: Has): boolean => has('manifests') || has('set-image');

const RULES: readonly Rule[] = [
  {
    isBroken: (has) => builds(has) && !has('image'),
    problem: {
      message: 'image: needed to build',
      hint: 'Give the repository to push to, for example ghcr.io/org/app.',
    },
  },
  {
    isBroken: (has) => builds(has) && has('images'),
    problem: {
      message: 'images: cannot be given together with context or file',
      hint: 'Either build an image (image, context, file) or deploy what is built already (images).',
    },
  },
  {
    isBroken: (has) => has('image') && !builds(has),
    problem: {
      message: 'image: is there, but neither context nor file says what to build',
      hint: 'To deploy what is built already, give images instead.',
    },
  },
  {
    isBroken: (has) => !builds(has) && ['target', 'build-args', 'cache-from', 'cache-to', 'builder'].some(has),
    problem: {
      message: 'target, build-args, cache-from, cache-to and builder need a build',
      hint: 'Give context or file, or leave them out.',
    },
  },
  {
    isBroken: (has) => !builds(has) && !changesCluster(has),
    problem: {
      message: 'nothing to do: give manifests, set-image, or context and image',
      hint: 'The README has the smallest workflow.',
    },
  },
  {
    isBroken: (has) => changesCluster(has) && !has('kubeconfig'),
    problem: {
      message: 'kubeconfig: is missing or empty',
      hint: 'Give its YAML, its base64 or a path. An empty value often means that the secret is not set for this repository or environment.',
    },
  },
  ...[
    'vars',
    'image-paths',
    'render-to',
    'helm-values',
    'helm-release',
    'create-namespace',
    'prune',
    'inventory',
    'pre-deploy',
    'job-policy',
    'force-conflicts',
  ].map((name) => ({
    isBroken: (has: Has) => has(name) && !has('manifests'),
    problem: { message: `${name}: has no manifests to work on`, hint: `Give manifests, or leave ${name} out.` },
  })),
  ...['plan-hash', 'smoke-test', 'on-failure', 'on-cancel', 'expect-cluster'].map((name) => ({
    isBroken: (has: Has) => has(name) && !changesCluster(has),
    problem: { message: `${name}: nothing is deployed`, hint: `Give manifests or set-image, or leave ${name} out.` },
  })),
  {
    isBroken: (has) => has('inventory') && !has('prune'),
    problem: { message: 'inventory: is for prune', hint: 'Give prune: true too, or leave inventory out.' },
  },
];

/** What is wrong with the inputs taken together, from their presence alone. */
export function findCombinationProblems(has: Has): readonly Problem[] {
  return RULES.filter((rule) => rule.isBroken(has)).map((rule) => rule.problem);
}
