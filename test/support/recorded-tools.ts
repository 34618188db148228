import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * kubectl and buildx as the action finds them on PATH, with a record of each call: its arguments, and the names in its environment.
 * They become the real ones by `exec`, so signals and process ids are real too.
 */
export type RecordedTools = {
  /** What has to be in the step's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** One line per call: `kubectl --context=lab apply …`. */
  commands(): readonly string[];
  /** Names of variables that any child had. */
  variableNames(): ReadonlySet<string>;
};

export function recordTools(folder: string, path: string): RecordedTools {
  const commands = join(folder, 'commands');
  const environment = join(folder, 'environment');
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const name of ['kubectl', 'buildx']) {
    const real = path
      .split(delimiter)
      .map((entry) => join(entry, name))
      .find((file) => existsSync(file));
    if (real !== undefined) {
      const script = `#!/bin/sh\nprintf '${name} %s\\n' "$*" >>'${commands}'\nenv >>'${environment}'\nexec '${real}' "$@"\n`;
      writeFileSync(join(bin, name), script);
      chmodSync(join(bin, name), 0o755);
    }
  }
  return {
    env: { PATH: [bin, path].join(delimiter) },
    commands: () => linesOf(commands),
    variableNames: () => new Set(linesOf(environment).flatMap((line) => /^([A-Za-z_][\w-]*)=/.exec(line)?.[1] ?? [])),
  };
}

/** True for a kubectl command that changes something in the cluster. */
export function changesCluster(command: string): boolean {
  const [tool, ...words] = command.split(' ').filter((word) => !word.startsWith('--'));
  const [verb = '', noun = ''] = words;
  const isRead =
    ['version', 'proxy', 'get', 'config', 'logs', 'kustomize'].includes(verb) ||
    (verb === 'rollout' && noun === 'status');
  return tool === 'kubectl' && !isRead;
}

function linesOf(file: string): readonly string[] {
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}
