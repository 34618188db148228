import { isAboutManifests, removesPreviews } from './command-inputs.ts';
import { changesCluster, type Given } from './given.ts';
import type { Rule } from './rule.ts';

const isCommand = ({ text }: Given, name: string): boolean => text('command') === name;

/** What a command cannot do without. */
const NEEDS = [
  { command: 'destroy', name: 'preview', hint: 'Give preview: true, or the number of the pull request.' },
  { command: 'sweep', name: 'github-token', hint: 'Give github-token: it asks which pull requests are closed.' },
  { command: 'matrix', name: 'environments', hint: 'Give a JSON list: [{"name": "staging"}, {"name": "prod"}].' },
  { command: 'collect', name: 'results', hint: 'Give the folder that has the reports of the deploys.' },
] as const;

/** About commands, previews and GitHub. */
export const GITHUB_RULES: readonly Rule[] = [
  ...NEEDS.map(({ command, name, hint }) => ({
    isBroken: (given: Given) => isCommand(given, command) && !given.has(name),
    problem: { message: `${name}: is needed for command: ${command}`, hint },
  })),
  {
    isBroken: (given) => removesPreviews(given) && !given.has('kubeconfig'),
    problem: {
      message: 'kubeconfig: is missing or empty',
      hint: 'Give its YAML, its base64 or a path. An empty value often means that the secret is not set for this repository or environment.',
    },
  },
  ...['namespace', 'create-namespace'].map((name) => ({
    isBroken: (given: Given) => isAboutManifests(given) && given.has('preview') && given.has(name),
    problem: { message: `${name}: a preview has a namespace of its own`, hint: `Leave ${name} out, or preview.` },
  })),
  {
    isBroken: (given) => isAboutManifests(given) && given.has('preview') && !changesCluster(given),
    problem: { message: 'preview: nothing is deployed', hint: 'Give manifests, or leave preview out.' },
  },
  {
    isBroken: (given) => given.has('preview-allow-from') && !given.has('preview-network'),
    problem: {
      message: 'preview-allow-from: every namespace reaches an open preview',
      hint: 'Give preview-network: isolated or closed, or leave preview-allow-from out.',
    },
  },
  {
    isBroken: ({ has, text }) => text('deployment') === 'on' && !has('environment') && !has('preview'),
    problem: { message: 'deployment: there is no environment', hint: 'Give environment: its name on GitHub.' },
  },
  ...['deployment', 'comment'].map((name) => ({
    isBroken: ({ has, text }: Given) => text(name) === 'on' && !has('github-token'),
    problem: {
      message: `${name}: there is no token to tell GitHub with`,
      hint: 'Give github-token: ${{ github.token }}.',
    },
  })),
];
