import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Lab } from '../lab/lab.ts';
import { borrowLab } from './e2e-lab.ts';
import { GIT_ENV } from './history.ts';
import { startOwnBuildkit } from './own-buildkit.ts';
import { recordTools } from './recorded-tools.ts';
import { registryView, type RegistryView } from './registry-view.ts';
import { runStep, type StepOptions, type StepResult } from './runner.ts';

/** A checkout with a Dockerfile, and a repository of its own in the lab's registry: nothing is deployed, and no cluster is asked. */
export type BuildScene = {
  readonly lab: Lab;
  /** "127.0.0.1:21003" */
  readonly registry: string;
  /** Without the registry: "e2e/cache-1f2e3d". */
  readonly name: string;
  /** With the registry. */
  readonly repository: string;
  readonly workspace: string;
  readonly pushed: RegistryView;
  /** Writes the files and commits all that is there. Returns the commit, which the next builds are of. */
  commit(files?: Files): string;
  write(files: Files): void;
  git(...args: readonly string[]): string;
  /** Runs the step with `image` and `context`, as if the last commit was pushed to the default branch, `main`. */
  build(wish?: BuildWish): Promise<Build>;
  /** A builder that has nothing yet, as the value of the input. It ends with the scene. */
  freshBuilder(): Promise<string>;
  /** Runs at the end of the scene, the last one first. */
  atEnd(act: () => Promise<unknown>): void;
  close(): Promise<void>;
};

export type Files = Readonly<Record<string, string>>;

export type BuildWish = Partial<Pick<StepOptions, 'inputs' | 'env' | 'event' | 'runner' | 'meanwhile'>> & {
  readonly sha?: string;
};

export type Build = StepResult & {
  /** Every call of buildx. */
  readonly commands: readonly string[];
  /** Those that build. */
  readonly builds: readonly string[];
  /** Those that ask the registry what it has. */
  readonly looks: readonly string[];
};

/** Two steps of what changes seldom, and two of what changes with each commit. */
export const DOCKERFILE = `FROM busybox:1 AS base
COPY needs.txt /needs.txt
RUN cp /needs.txt /installed.txt
FROM base AS app
ARG VERSION=none
COPY source.txt /source.txt
RUN echo "$VERSION" >/version.txt
FROM app AS test
CMD ["cat", "/source.txt"]
FROM app
USER 1000
CMD ["cat", "/installed.txt"]
`;

export async function openBuildScene(kind: string): Promise<BuildScene> {
  const { lab, giveBack } = await borrowLab();
  const folder = mkdtempSync(join(tmpdir(), `e2e-${kind}-`));
  const [workspace, home] = [join(folder, 'workspace'), join(folder, 'home')];
  mkdirSync(workspace);
  mkdirSync(home);
  const registry = lab.env['REGISTRY'] ?? '';
  const name = `e2e/${kind}-${randomBytes(3).toString('hex')}`;
  const repository = `${registry}/${name}`;
  const ends: (() => Promise<unknown>)[] = [];
  let sha = '';

  const git: BuildScene['git'] = (...args) =>
    execFileSync('git', ['-C', workspace, ...args], { env: GIT_ENV, encoding: 'utf8' }).trim();
  const write: BuildScene['write'] = (files) => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(workspace, file)), { recursive: true });
      writeFileSync(join(workspace, file), text);
    }
  };
  git('init', '--quiet', '--initial-branch=main');
  const scene: BuildScene = {
    lab,
    registry,
    name,
    repository,
    workspace,
    pushed: registryView(registry, name),
    git,
    write,
    commit: (files = {}) => {
      write(files);
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', `--message=${randomBytes(4).toString('hex')}`);
      sha = git('rev-parse', 'HEAD');
      return sha;
    },
    build: async ({ inputs, env, runner, ...rest } = {}) => {
      const tools = recordTools(mkdtempSync(join(folder, 'tools-')), lab.env['PATH'] ?? '');
      const step = await runStep({
        event: pushTo('main').event,
        sha,
        ...rest,
        workspace,
        inputs: { image: repository, context: '.', ...inputs },
        env: {
          HOME: home,
          BUILDX_CONFIG: lab.env['BUILDX_CONFIG'] ?? '',
          BUILDX_BUILDER: lab.env['BUILDX_BUILDER'] ?? '',
          NO_PROXY: lab.env['NO_PROXY'] ?? '',
          ...tools.env,
          ...env,
        },
        runner: { ...pushTo('main').runner, ...runner },
      });
      const commands = tools.commands().filter((command) => command.startsWith('buildx '));
      return {
        ...step,
        commands,
        builds: commands.filter((command) => command.startsWith('buildx build ')),
        looks: commands.filter((command) => command.startsWith('buildx imagetools inspect ')),
      };
    },
    freshBuilder: async () => {
      const buildkit = await startOwnBuildkit(lab);
      ends.push(async () => buildkit.stop());
      return buildkit.address;
    },
    atEnd: (act) => {
      ends.push(act);
    },
    close: async () => {
      const ended = await Promise.allSettled(ends.toReversed().map(async (end) => end()));
      rmSync(folder, { recursive: true, force: true });
      await giveBack();
      const failures = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      if (failures.length > 0) {
        throw new AggregateError(failures, 'what the scene has started did not end');
      }
    },
  };
  scene.commit({ Dockerfile: DOCKERFILE, 'needs.txt': 'one\n', 'source.txt': 'one\n', '.dockerignore': '.git\n' });
  return scene;
}

/** What the runner says about an event, for `build`. */
export type Event = Pick<StepOptions, 'event' | 'runner'>;

const REPOSITORY = { id: 4711, full_name: 'org/app', default_branch: 'main' };
const FORK = { id: 815, full_name: 'stranger/app' };

export function pushTo(branch: string): Required<Pick<StepOptions, 'event' | 'runner'>> {
  const ref = `refs/heads/${branch}`;
  return {
    event: { name: 'push', payload: { ref, repository: REPOSITORY } },
    runner: { GITHUB_REF: ref, GITHUB_BASE_REF: '' },
  };
}

export function pushOfTag(tag: string): Event {
  const ref = `refs/tags/${tag}`;
  return {
    event: { name: 'push', payload: { ref, repository: REPOSITORY } },
    runner: { GITHUB_REF: ref, GITHUB_BASE_REF: '' },
  };
}

export function schedule(): Event {
  return {
    event: { name: 'schedule', payload: { schedule: '0 3 * * *' } },
    runner: { GITHUB_REF: 'refs/heads/main', GITHUB_BASE_REF: '' },
  };
}

/** `head` is the commit of the pull request that is deployed. */
export function pullRequest(number: number, base: string, head: string, from: 'here' | 'a fork' = 'here'): Event {
  const repo = from === 'here' ? REPOSITORY : FORK;
  const pull = { number, head: { ref: 'more', sha: head, repo }, base: { ref: base, repo: REPOSITORY } };
  return {
    event: {
      name: 'pull_request',
      payload: { number, pull_request: pull, repository: REPOSITORY },
    },
    runner: { GITHUB_REF: `refs/pull/${number}/merge`, GITHUB_BASE_REF: base },
  };
}
