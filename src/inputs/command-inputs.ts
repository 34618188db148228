import type { Problem } from '../errors.ts';
import { TOOL_INPUTS } from './tool-rows.ts';
import type { Given } from './given.ts';

/** What is neither a deploy nor a plan, and so has few inputs. */
const FEW_INPUTS: Readonly<Record<string, readonly string[]>> = {
  destroy: ['preview', 'dry-run', 'timeout', 'environment', 'deployment', 'comment', 'sha'],
  sweep: ['keep-label', 'dry-run', 'timeout', 'environment', 'deployment', 'comment'],
  matrix: ['environments', 'order', 'timeout', 'soak', 'on-failure'],
  collect: ['environments', 'results'],
};

const OF_A_CLUSTER: readonly string[] = [
  'kubeconfig',
  'kube-context',
  'expect-cluster',
  ...Object.values(TOOL_INPUTS).map(({ name }) => name),
];

/** Inputs that say something to one command, or to previews, only. */
const ONLY_OF_OTHERS: readonly string[] = ['dry-run', 'environments', 'order', 'results', 'keep-label'];
const ONLY_OF_PREVIEWS: readonly string[] = [
  'ttl',
  'preview-quota',
  'preview-limits',
  'preview-network',
  'preview-allow-from',
];

/** Whether it is a command that builds, deploys or plans. */
export function isAboutManifests({ text }: Given): boolean {
  return FEW_INPUTS[text('command')] === undefined;
}

/** Whether it removes previews. */
export function removesPreviews({ text }: Given): boolean {
  return text('command') === 'destroy' || text('command') === 'sweep';
}

/** Inputs that say nothing to the command that is given with them. `names` are those of all inputs. */
export function findInputsOfOtherCommands(given: Given, names: readonly string[]): readonly Problem[] {
  const command = given.text('command');
  const known = FEW_INPUTS[command];
  if (known === undefined) {
    const idle = given.has('preview') ? ONLY_OF_OTHERS : [...ONLY_OF_OTHERS, ...ONLY_OF_PREVIEWS];
    return idle.filter(given.has).map((name) => ({
      message: ONLY_OF_OTHERS.includes(name)
        ? `${name}: means nothing to command: ${command === '' ? 'deploy' : command}`
        : `${name}: there is no preview`,
      hint: ONLY_OF_OTHERS.includes(name) ? 'Leave it out.' : `Give preview: true, or leave ${name} out.`,
    }));
  }
  const meant = [
    'command',
    'app',
    'github-token',
    ...known,
    ...(command === 'destroy' || command === 'sweep' ? OF_A_CLUSTER : []),
  ];
  return names
    .filter((name) => given.has(name) && !meant.includes(name))
    .map((name) => ({ message: `${name}: means nothing to command: ${command}`, hint: 'Leave it out.' }));
}
