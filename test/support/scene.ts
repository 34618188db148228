import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { objectsAt, textAt } from '../../src/values/json.ts';
import type { Lab } from '../lab/lab.ts';
import { clusterOf, type Cluster } from './cluster.ts';
import { borrowLab } from './e2e-lab.ts';
import { openFakeGitHub, type FakeGitHub } from './fake-github/fake-github.ts';
import { changesCluster, recordTools } from './recorded-tools.ts';
import { runStep, unmaskedLog, type StepOptions, type StepResult } from './runner.ts';

/** A namespace and a workspace of its own on a real cluster, and the memory of every deploy that was made there. */
export type Scene = {
  readonly lab: Lab;
  readonly cluster: Cluster;
  readonly workspace: string;
  /** Who is asked about the history. It knows no commit until it is told. */
  readonly github: FakeGitHub;
  /** A folder without any program, for a PATH on which no tool is found. */
  readonly noPrograms: string;
  /** The text of the lab's own kubeconfig. */
  readonly kubeconfig: string;
  /** Repository in the lab's registry that `FROM` the example is pushed to. */
  readonly repository: string;
  /** The commit that the next deploys are of. */
  sha: string;
  /** Makes another commit: what is deployed next has another SHA. */
  commit(): void;
  write(file: string, text: string): void;
  /** Puts the example application into the workspace. */
  useExample(): void;
  replace(file: string, from: string, to: string): void;
  deploy(wish?: Wish): Promise<Deploy>;
  /** Another namespace, gone at the end like the scene's own. */
  addNamespace(name: string): Cluster;
  /** A value that must appear nowhere; returned as it is. */
  secret(value: string): string;
  /**
   * Fails when a deploy of this scene left a process, a file in RUNNER_TEMP, or one of the secrets anywhere. A RUNNER_TEMP that was given is
   * for the test to look at. `isConnected: false`: none of the deploys had anything to do with the cluster.
   */
  assertNothingLeft(wish?: { readonly isConnected: boolean }): void;
  close(): Promise<void>;
};

export type Wish = Partial<
  Pick<
    StepOptions,
    | 'inputs'
    | 'env'
    | 'runner'
    | 'signal'
    | 'meanwhile'
    | 'event'
    | 'longestSeconds'
    | 'killAfterMilliseconds'
    | 'hasPost'
    | 'temp'
  >
> & {
  readonly sha?: string;
  /** The folders in which programs are looked for, instead of the lab's. Calls are not recorded then. */
  readonly path?: string;
};

export type Deploy = StepResult & {
  /** Every call of kubectl and buildx. */
  readonly commands: readonly string[];
  /** Those that change the cluster. */
  readonly changes: readonly string[];
};

const EXAMPLE = join(import.meta.dirname, '../e2e/app');

const GITHUB_TOKEN = 'ghs_thisTokenIsSentToNobodyOutsideOfTheseTests';

export async function openScene(name: string): Promise<Scene> {
  const { lab, giveBack } = await borrowLab();
  const namespace = `e2e-${name}-${randomBytes(3).toString('hex')}`;
  const folder = mkdtempSync(join(tmpdir(), `e2e-${name}-`));
  const workspace = join(folder, 'workspace');
  const home = join(folder, 'home');
  mkdirSync(workspace);
  mkdirSync(home);
  const noPrograms = join(folder, 'no-programs');
  mkdirSync(noPrograms);
  const kubeconfig = readFileSync(lab.env['KUBECONFIG'] ?? '', 'utf8');
  const cluster = clusterOf(lab, namespace);
  await cluster.kubectl(['create', 'namespace', namespace]);

  const github = await openFakeGitHub(GITHUB_TOKEN);

  const namespaces = [namespace];
  const deploys: (Deploy & { readonly hasOwnTemp: boolean })[] = [];
  const survivors: string[] = [];
  const variableNames = new Set<string>();
  const secrets = new Set([GITHUB_TOKEN, ...secretsInKubeconfig(kubeconfig)]);

  const scene: Scene = {
    lab,
    cluster,
    workspace,
    github,
    noPrograms,
    kubeconfig,
    repository: `${lab.env['REGISTRY'] ?? ''}/e2e/server`,
    sha: newSha(),
    commit: () => {
      scene.sha = newSha();
    },
    write: (file, text) => {
      mkdirSync(dirname(join(workspace, file)), { recursive: true });
      writeFileSync(join(workspace, file), text);
    },
    useExample: () => cpSync(EXAMPLE, workspace, { recursive: true }),
    replace: (file, from, to) => {
      const text = readFileSync(join(workspace, file), 'utf8');
      assert.ok(text.includes(from), `${file} has no "${from}" to replace`);
      writeFileSync(join(workspace, file), text.replaceAll(from, to));
    },
    deploy: async (wish = {}) => {
      const { sha = scene.sha, path, inputs = {}, env = {}, ...rest } = wish;
      const tools = recordTools(mkdtempSync(join(folder, 'tools-')), path ?? lab.env['PATH'] ?? '');
      const step = await runStep({
        ...rest,
        workspace,
        sha,
        inputs: { namespace, kubeconfig, 'github-token': GITHUB_TOKEN, ...inputs },
        env: {
          HOME: home,
          BUILDX_CONFIG: lab.env['BUILDX_CONFIG'] ?? join(homedir(), '.docker/buildx'),
          NO_PROXY: lab.env['NO_PROXY'] ?? process.env['NO_PROXY'] ?? '',
          BUILDX_BUILDER: lab.env['BUILDX_BUILDER'] ?? '',
          REGISTRY: lab.env['REGISTRY'] ?? '',
          GITHUB_API_URL: github.url,
          ...(path === undefined ? tools.env : { PATH: path }),
          ...env,
        },
      });
      const commands = tools.commands();
      const deploy = { ...step, commands, changes: commands.filter(changesCluster) };
      deploys.push({ ...deploy, hasOwnTemp: wish.temp === undefined });
      // Whoever is killed cannot stop its children; the runner does (RUNNER_TRACKING_ID).
      survivors.push(...(wish.signal?.name === 'SIGKILL' ? [] : deploy.survivors.map(({ command }) => command)));
      tools.variableNames().forEach((name) => variableNames.add(name));
      return deploy;
    },
    addNamespace: (other) => {
      namespaces.push(other);
      return clusterOf(lab, other);
    },
    secret: (value) => {
      formsOf(value).forEach((form) => secrets.add(form));
      return value;
    },
    assertNothingLeft: ({ isConnected } = { isConnected: true }) => {
      const left = readdirSync(home, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
      const places = deploys.flatMap(({ raw, summary, report, written, commands, annotations }) => [
        unmaskedLog(raw),
        summary,
        report,
        written,
        ...commands,
        ...annotations,
      ]);
      const found = [...secrets].filter((secret) => [...left, ...places].some((place) => place.includes(secret)));
      assert.deepEqual(found, [], 'secrets that stand in a log, a summary, an output, a command or a file');
      assert.deepEqual(
        [...variableNames].filter((name) => name.startsWith('INPUT_')),
        [],
        'inputs that a child got',
      );
      assert.deepEqual(
        deploys.filter(({ hasOwnTemp }) => hasOwnTemp).flatMap(({ leftovers }) => leftovers),
        [],
        'files left in RUNNER_TEMP',
      );
      assert.deepEqual(survivors, [], 'processes that outlived their run');
      // The search would find them: the lines that tell the runner what to mask have them.
      const masked = deploys.map(({ raw }) => raw).join('\n');
      const inKubeconfig = secretsInKubeconfig(kubeconfig).filter((secret) => !secret.includes('\n'));
      assert.ok(deploys.length > 0);
      assert.ok(!isConnected || inKubeconfig.every((secret) => masked.includes(`::add-mask::${secret}`)));
    },
    close: async () => {
      await cluster.kubectl(['delete', 'namespace', ...namespaces, '--wait=false', '--ignore-not-found']);
      await github.close();
      rmSync(folder, { recursive: true, force: true });
      await giveBack();
    },
  };
  return scene;
}

function newSha(): string {
  return randomBytes(20).toString('hex');
}

/** What a kubeconfig has to hide, in each form in which it could be written: as it is, decoded, and line by line. */
export function secretsInKubeconfig(text: string): readonly string[] {
  const users = objectsAt(parse(text), 'users');
  const keys = ['client-key-data', 'client-certificate-data', 'token', 'password'];
  const leaves = users.flatMap((user) => keys.flatMap((key) => textAt(user, 'user', key) ?? []));
  const decoded = leaves.map((leaf) => Buffer.from(leaf, 'base64').toString('utf8'));
  const lines = decoded
    .filter((pem) => pem.startsWith('-----BEGIN'))
    .flatMap((pem) => pem.split('\n').filter((line) => line.length >= 16 && !line.startsWith('-----')));
  return [...leaves, ...lines];
}

function formsOf(value: string): readonly string[] {
  return [value, Buffer.from(value).toString('base64')];
}
