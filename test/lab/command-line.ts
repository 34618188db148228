import { parseArgs } from 'node:util';
import { FAULTS } from './native/faults.ts';

export const USAGE = `usage: npm run lab -- <command> [--name NAME]
  up                            start the lab and return when all of it is ready
  down                          stop it and remove everything it made
  status                        what runs, where, under which process id
  env                           export lines for the shell: eval "$(npm run --silent lab -- env)"
  kubeconfig --namespaced NS    a kubeconfig that may edit one namespace only
  fake-nodes N                  N nodes whose pods become Ready without any container (kwok, compiled at the first time)
  helm                          the path of a helm (compiled at the first time); needs no running lab
  fault ...                     ${FAULTS.join('\n                                ')}
NAME is $LAB_NAME or "default" unless given; LAB_PROVIDER=native|kind|external overrides the choice of the provider`;

export class UsageError extends Error {}

const COMMANDS = ['up', 'down', 'status', 'env', 'kubeconfig', 'fault', 'fake-nodes', 'helm'] as const;
type Command = (typeof COMMANDS)[number];

export interface CommandLine {
  readonly command: Command;
  readonly name: string | undefined;
  readonly namespaced: string;
  readonly rest: readonly string[];
}

export function parseCommandLine(words: readonly string[]): CommandLine {
  const { values, positionals } = parse(words);
  const [first, ...rest] = positionals;
  const command = COMMANDS.find((known) => known === first);
  if (command === undefined)
    throw new UsageError(first === undefined ? 'no command given' : `unknown command "${first}"`);
  if (rest.length > 0 && command !== 'fault' && command !== 'fake-nodes')
    throw new UsageError(`${command} takes no "${rest.join(' ')}"`);
  const { name, namespaced = '' } = values;
  if ((command === 'kubeconfig') !== (namespaced !== '')) {
    throw new UsageError('kubeconfig and --namespaced NS belong together');
  }
  return { command, name, namespaced, rest };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { name: { type: 'string' }, namespaced: { type: 'string' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
