import { createHash } from 'node:crypto';
import type { BakePlan } from '../../../../src/plan/build-slices.ts';
import type { Command, CommandResult, Exec, Happening, Ports } from '../../../../src/ports.ts';
import type { Builder } from '../../../../src/values/builder.ts';
import { parseImageReference } from '../../../../src/values/image.ts';
import { fakePorts } from '../../../support/fake-ports.ts';
import { memoryFiles } from '../../../support/memory-files.ts';
import { SETTINGS, SHA } from '../settings.ts';

export const PLAN: BakePlan = {
  ...SETTINGS,
  files: ['/checkout/docker-bake.hcl'],
  targets: [],
  image: parseImageReference('reg.example/org/app'),
  tag: SHA,
};

export const BUILDER: Builder = {
  buildx: { path: '/tools/buildx', env: { DOCKER_CONFIG: '/private/docker' } },
  name: 'lab',
  driver: 'docker-container',
  version: 'v0.33.1',
  isWhole: true,
};

/** What the fake registry has under a reference. */
export type Pushed = { readonly digest: string; readonly labels: Readonly<Record<string, string>> };

export type Scene = {
  readonly ports: Ports;
  readonly commands: readonly Command[];
  readonly heard: readonly Happening[];
  /** "reg.example/org/app:tag" → what is there. */
  readonly registry: Map<string, Pushed>;
  /** Builds that were under way at the same moment, at most. */
  readonly mostAtOnce: () => number;
};

export const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** A registry has what it names by a tag under the digest too. */
export function put(registry: Map<string, Pushed>, reference: string, pushed: Pushed): void {
  registry.set(reference, pushed);
  registry.set(`${reference.replace(/:[^/:]+$/, '')}@${pushed.digest}`, pushed);
}

const DONE: CommandResult = { exitCode: 0, stdout: '', stderr: '', timedOut: false };
const failed = (stderr: string): CommandResult => ({ ...DONE, exitCode: 1, stderr });

/** A buildx with a registry behind it. `printed` is what bake prints; `failures` are the last words of each try of a target. */
export function buildxThat({
  printed,
  failures = {},
  onBuilt = () => {},
  prints = [],
}: {
  readonly printed: string;
  readonly failures?: Readonly<Record<string, readonly string[]>>;
  /** Lines of each build. */
  readonly prints?: readonly string[];
  readonly onBuilt?: (target: string, registry: Map<string, Pushed>) => void;
}): Scene {
  const registry = new Map<string, Pushed>();
  const commands: Command[] = [];
  const heard: Happening[] = [];
  const files = memoryFiles({});
  const left = new Map(Object.entries(failures).map(([target, words]) => [target, [...words]]));
  let running = 0;
  let most = 0;

  async function build(args: readonly string[]): Promise<CommandResult> {
    const target = args.at(-1) ?? '';
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    const words = left.get(target)?.shift();
    if (words !== undefined) {
      return failed(words);
    }
    const set = settingsIn(args, target);
    const labels = Object.fromEntries(
      set.filter(([key]) => key.startsWith('labels.')).map(([key, value]) => [key.slice('labels.'.length), value]),
    );
    const digest = digestOf(JSON.stringify([target, labels, ...set.filter(([key]) => key.startsWith('args.'))]));
    const output = set.find(([key]) => key === 'output')?.[1] ?? '';
    const repository = /name=([^,]+)/.exec(output)?.[1];
    const tag = set.find(([key]) => key === 'tags')?.[1] ?? '';
    if (repository !== undefined) {
      registry.set(`${repository}@${digest}`, { digest, labels });
    }
    if (tag !== '') {
      put(registry, tag, { digest, labels });
    }
    const metadata = args[args.indexOf('--metadata-file') + 1];
    if (args.includes('--metadata-file') && metadata !== undefined) {
      const linked = { 'buildx.build.ref': 'lab/lab0/x' };
      await files.writePrivate(
        metadata,
        JSON.stringify({ base: linked, [target]: { ...linked, 'containerimage.digest': digest } }),
      );
    }
    onBuilt(target, registry);
    return { ...DONE, stderr: '#5 [1/1] RUN make\n#5 0.1 made\n#5 DONE 0.1s\n' };
  }

  function inspect(reference: string): CommandResult {
    const found = registry.get(reference);
    const image = { os: 'linux', architecture: 'amd64', config: { User: '1000', Labels: found?.labels } };
    return found === undefined
      ? failed(`ERROR: ${reference}: not found`)
      : { ...DONE, stdout: JSON.stringify({ name: reference, manifest: { digest: found.digest }, image }) };
  }

  function tag(args: readonly string[]): CommandResult {
    const found = registry.get(args.at(-1) ?? '');
    if (found === undefined) {
      return failed(`ERROR: ${args.at(-1)}: not found`);
    }
    args
      .flatMap((arg, index) => (args[index - 1] === '--tag' ? [arg] : []))
      .forEach((name) => registry.set(name, found));
    return DONE;
  }

  const run: Exec['run'] = async (command, onLine) => {
    commands.push(command);
    const { args } = command;
    if (args[0] === 'bake') {
      (args.includes('--print') ? [] : prints).forEach((text) => onLine?.({ stream: 'stderr', text }));
      return args.includes('--print') ? { ...DONE, stdout: printed } : build(args);
    }
    return args[1] === 'inspect' ? inspect(args[2] ?? '') : tag(args);
  };
  const ports = fakePorts({ exec: { run }, files, notify: (happening) => heard.push(happening) });
  return { ports, commands, heard, registry, mostAtOnce: () => most };
}

/** The `--set` arguments for a target: "labels.team" → "core". */
export function settingsIn(args: readonly string[], target: string): readonly (readonly [string, string])[] {
  return args
    .filter((_, index) => args[index - 1] === '--set')
    .flatMap((text) => {
      const match = new RegExp(`^(?:${target}|\\*)\\.([^=]+?)\\+?=(.*)$`, 's').exec(text);
      return match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const];
    });
}

/** The targets that were built, in the order in which they were begun. */
export const builtIn = ({ commands }: Scene): readonly string[] =>
  commands.filter(({ args }) => args[0] === 'bake' && !args.includes('--print')).map(({ args }) => args.at(-1) ?? '');
