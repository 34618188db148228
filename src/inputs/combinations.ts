import type { Problem } from '../errors.ts';
import { BUILD_RULES } from './build-combinations.ts';
import { findInputsOfOtherCommands, isAboutManifests } from './command-inputs.ts';
import { GITHUB_RULES } from './github-combinations.ts';
import { builds, changesCluster, hasManifests, type Given } from './given.ts';
import { findIdleInputs } from './idle-inputs.ts';
import type { Rule } from './rule.ts';

const deploysImage = (given: Given): boolean => changesCluster(given) && (builds(given) || given.has('images'));

const DEPLOY_RULES: readonly Rule[] = [
  ...BUILD_RULES,
  {
    isBroken: (given) => !builds(given) && !changesCluster(given),
    problem: {
      message: 'nothing to do: give manifests, set-image, or something to build',
      hint: 'The README has the smallest workflow.',
    },
  },
  {
    isBroken: (given) => changesCluster(given) && !given.has('kubeconfig'),
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
    isBroken: (given: Given) => given.has(name) && !hasManifests(given),
    problem: { message: `${name}: has no manifests to work on`, hint: `Give manifests, or leave ${name} out.` },
  })),
  ...['plan-hash', 'smoke-test', 'on-failure', 'on-cancel', 'expect-cluster', 'environment'].map((name) => ({
    isBroken: (given: Given) => given.has(name) && !changesCluster(given),
    problem: { message: `${name}: nothing is deployed`, hint: `Give manifests or set-image, or leave ${name} out.` },
  })),
  {
    isBroken: ({ has }) => has('inventory') && !has('prune'),
    problem: { message: 'inventory: is for prune', hint: 'Give prune: true too, or leave inventory out.' },
  },
  {
    isBroken: (given) => given.has('require-verified') && !deploysImage(given),
    problem: {
      message: 'require-verified: no image of this run is deployed',
      hint: 'Give images, or something to build, and manifests or set-image.',
    },
  },
  ...['image-tests', 'scan-command'].map((name) => ({
    isBroken: (given: Given) => given.has(name) && !builds(given) && !given.has('images'),
    problem: {
      message: `${name}: there is no image`,
      hint: `Give images, or something to build, or leave ${name} out.`,
    },
  })),
  ...['kubectl', 'buildx', 'helm', 'skaffold', 'structure-test']
    .map((tool) => `${tool}-mirror`)
    .concat('tool-signatures')
    .map((name) => ({
      isBroken: (given: Given) => given.has(name) && given.has('tools'),
      problem: {
        message: `${name}: nothing is downloaded with tools: preinstalled`,
        hint: `Leave ${name} out, or tools.`,
      },
    })),
];

/** What is wrong with the inputs taken together. `names` are those of all inputs. */
export function findCombinationProblems(given: Given, names: readonly string[]): readonly Problem[] {
  const rules = isAboutManifests(given) ? [...DEPLOY_RULES, ...GITHUB_RULES] : GITHUB_RULES;
  return [
    ...rules.filter((rule) => rule.isBroken(given)).map((rule) => rule.problem),
    ...(isAboutManifests(given) ? findIdleInputs(given) : []),
    ...findInputsOfOtherCommands(given, names),
  ];
}
