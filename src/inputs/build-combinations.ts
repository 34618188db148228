import { builds, changesCluster, modesOf, WAYS, type Given } from './given.ts';
import type { Rule } from './rule.ts';

const isOneOf = (given: Given, name: string, words: readonly string[]): boolean => words.includes(given.text(name));
const isMade = (given: Given): boolean => isOneOf(given, 'builder', ['', 'auto', 'container', 'kubernetes']);
const isRemote = (given: Given): boolean => /^(?:tcp|unix):\/\//.test(given.text('builder'));

/** About what is built, and by what. */
export const BUILD_RULES: readonly Rule[] = [
  {
    isBroken: (given) => modesOf(given).length > 1,
    problem: {
      message: 'context or file, bake-files, build-command and skaffold-file: only one of them can build',
      hint: 'Take the others into steps of their own, and pass their output images on.',
    },
  },
  {
    isBroken: (given) =>
      modesOf(given).some((mode) => mode === 'dockerfile' || mode === 'command') && !given.has('image'),
    problem: {
      message: 'image: needed to build',
      hint: 'Give the repository to push to, for example ghcr.io/org/app.',
    },
  },
  {
    isBroken: (given) => builds(given) && given.has('images'),
    problem: {
      message: 'images: cannot be given together with what builds one',
      hint: `Either build an image (${WAYS}) or deploy what is built already (images).`,
    },
  },
  {
    isBroken: (given) => given.has('push') && changesCluster(given),
    problem: {
      message: 'push: what is not pushed cannot be deployed',
      hint: 'Leave push out, or manifests, set-image and, beside skaffold-file, kubeconfig.',
    },
  },
  {
    isBroken: (given) => given.has('push') && given.text('build') === 'never',
    problem: {
      message: 'push: there is nothing to build with build: never',
      hint: 'Leave push out, or build.',
    },
  },
  {
    isBroken: (given) => given.has('image') && !builds(given),
    problem: {
      message: 'image: is there, but nothing says what to build',
      hint: `Give ${WAYS}. To deploy what is built already, give images instead.`,
    },
  },
  {
    isBroken: ({ has }) => has('cache') && (has('cache-from') || has('cache-to')),
    problem: {
      message: 'cache: cannot be given together with cache-from or cache-to',
      hint: 'cache chooses both; cache-from and cache-to are for those who write them for buildx.',
    },
  },
  {
    isBroken: (given) =>
      given.has('cache-repository') &&
      (given.has('cache-from') || given.has('cache-to') || !isOneOf(given, 'cache', ['', 'auto', 'registry'])),
    problem: {
      message: 'cache-repository: is for cache: auto or registry',
      hint: 'Leave it out, or choose such a cache.',
    },
  },
  {
    isBroken: (given) => given.has('cache-folder') && given.text('cache') !== 'local',
    problem: {
      message: 'cache-folder: is for cache: local',
      hint: 'Give cache: local too, or leave cache-folder out.',
    },
  },
  {
    isBroken: (given) =>
      given.has('bake-files') &&
      !given.has('image') &&
      !given.has('cache-repository') &&
      given.text('cache') === 'registry',
    problem: {
      message: 'cache: registry has no repository',
      hint: 'Give cache-repository, or the default repository of the targets with image.',
    },
  },
  {
    isBroken: (given) =>
      given.has('builder-options') && !isOneOf(given, 'builder', ['container', 'kubernetes']) && !isRemote(given),
    problem: {
      message: 'builder-options: there is no builder to make',
      hint: 'Give builder: container, kubernetes, tcp://host:port or unix:///path too, or leave builder-options out.',
    },
  },
  ...['buildkit-image', 'buildkitd-config', 'keep-builder'].map((name) => ({
    isBroken: (given: Given) => given.has(name) && !isMade(given),
    problem: {
      message: `${name}: is for a builder of our own`,
      hint: `Give builder: container or kubernetes, or leave ${name} out.`,
    },
  })),
];
