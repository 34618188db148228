import type { BuildPlan } from '../../../src/plan/build-slices.ts';
import type { Command, CommandResult, Happening, Ports } from '../../../src/ports.ts';
import type { Builder, Buildx } from '../../../src/values/builder.ts';
import { parseImageReference } from '../../../src/values/image.ts';
import { sha256 } from '../../../src/adapters/sha256.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { SETTINGS, SHA } from './settings.ts';

export const REPOSITORY = 'ghcr.io/org/app';
export const TAGGED = `${REPOSITORY}:${SHA}`;
export const BUILDX: Buildx = { path: '/opt/buildx', env: { DOCKER_CONFIG: '/private/docker' } };
/** One that only the run knows of: buildx finds it in a folder of its own. */
export const WHOLE: Builder = {
  buildx: { ...BUILDX, env: { ...BUILDX.env, BUILDX_CONFIG: '/private/buildx' } },
  name: 'ours',
  driver: 'remote',
  version: 'v0.33.1',
  isWhole: true,
};
export const LESSER: Builder = { ...WHOLE, buildx: BUILDX, name: undefined, driver: 'docker', isWhole: false };

export const PLAN: BuildPlan = {
  ...SETTINGS,
  image: parseImageReference(TAGGED),
  context: '/checkout/server',
  file: undefined,
  target: undefined,
  buildContexts: [],
  cacheStages: [],
};

type Image = { readonly labels: Readonly<Record<string, string>>; readonly user: string };

/** A registry and a buildx before it, which behave: what is pushed is there, under its digest and its tags. */
export type Scene = {
  readonly ports: Ports;
  readonly commands: Command[];
  readonly heard: Happening[];
  readonly files: Ports['files'];
  /** Reference → digest. */
  readonly tags: Map<string, string>;
  /** Puts an image there as somebody else would; returns its digest. */
  push(reference: string, image?: Partial<Image>): string;
  /** What the next commands of a kind ("inspect", "create", "build") say instead of doing anything. */
  fail(kind: string, ...stderr: readonly string[]): void;
  /** Called once, before the next command of a kind does what it does. */
  before(kind: string, act: () => void): void;
  words(kind: string): readonly string[];
};

const DONE: CommandResult = { exitCode: 0, stdout: '', stderr: '', timedOut: false };
const FAILED = (stderr: string): CommandResult => ({ ...DONE, exitCode: 1, stderr });

export function scene(
  given: { readonly output?: string; readonly texts?: Readonly<Record<string, string>> } = {},
): Scene {
  const tags = new Map<string, string>();
  const images = new Map<string, Image>();
  const failures = new Map<string, string[]>();
  const hooks = new Map<string, () => void>();
  const commands: Command[] = [];
  const heard: Happening[] = [];
  const files = memoryFiles(given.texts ?? {});

  const add = (image: Image): string => {
    const digest = `sha256:${sha256(JSON.stringify([image, images.size]))}`;
    images.set(digest, image);
    return digest;
  };
  const resolve = (reference: string): string | undefined => {
    const [, digest] = reference.split('@');
    return digest === undefined ? tags.get(reference) : images.has(digest) ? digest : undefined;
  };
  const inspect = (args: readonly string[]): CommandResult => {
    const reference = args[2] ?? '';
    const digest = resolve(reference);
    const image = images.get(digest ?? '');
    if (digest === undefined || image === undefined) {
      return FAILED(`ERROR: ${reference}: not found\n`);
    }
    const config = { User: image.user, Labels: image.labels };
    return {
      ...DONE,
      stdout: JSON.stringify({ manifest: { digest }, image: { os: 'linux', architecture: 'amd64', config } }),
    };
  };
  const create = (args: readonly string[]): CommandResult => {
    const source = args.at(-1) ?? '';
    const digest = resolve(source);
    if (digest === undefined) {
      return FAILED(`ERROR: ${source}: not found\n`);
    }
    // Without this flag buildx wraps a manifest into an index of another digest.
    const given = args.includes('--prefer-index=false') ? digest : add({ labels: {}, user: '' });
    valuesOf(args, '--tag').forEach((tag) => tags.set(tag, given));
    return DONE;
  };
  const build = async (args: readonly string[]): Promise<CommandResult> => {
    const labels = valuesOf(args, '--label').map((label) => [
      label.slice(0, label.indexOf('=')),
      label.slice(label.indexOf('=') + 1),
    ]);
    const digest = add({ labels: Object.fromEntries(labels), user: '' });
    if (args.includes('--push')) {
      valuesOf(args, '--tag').forEach((tag) => tags.set(tag, digest));
    }
    await files.writePrivate(
      valuesOf(args, '--metadata-file')[0] ?? '',
      JSON.stringify({ 'containerimage.digest': digest }),
    );
    return { ...DONE, stderr: given.output ?? '' };
  };
  const run = async (command: Command): Promise<CommandResult> => {
    const kind = kindOf(command);
    commands.push(command);
    const hook = hooks.get(kind);
    hooks.delete(kind);
    hook?.();
    const failure = failures.get(kind)?.shift();
    if (failure !== undefined) {
      return FAILED(failure);
    }
    return kind === 'inspect' ? inspect(command.args) : kind === 'create' ? create(command.args) : build(command.args);
  };
  return {
    ports: fakePorts({ exec: { run }, files, notify: (happening) => heard.push(happening) }),
    commands,
    heard,
    files,
    tags,
    push: (reference, image = {}) => {
      const digest = add({ labels: {}, user: '', ...image });
      tags.set(reference, digest);
      return digest;
    },
    fail: (kind, ...stderr) => failures.set(kind, [...(failures.get(kind) ?? []), ...stderr]),
    before: (kind, act) => hooks.set(kind, act),
    words: (kind) => commands.filter((command) => kindOf(command) === kind).map(({ args }) => args.join(' ')),
  };
}

/** "inspect", "create", "build" */
const kindOf = ({ args }: Command): string => (args[0] === 'imagetools' ? (args[1] ?? '') : (args[0] ?? ''));

/** The values of a flag that may be given several times. */
export function valuesOf(args: readonly string[], flag: string): readonly string[] {
  return args.flatMap((arg, index) => (arg === flag ? (args[index + 1] ?? []) : []));
}
