import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../test/lab/command.ts';
import { ensureLab, findLab, type Lab } from '../../test/lab/lab.ts';
import { openFakeGitHub, type FakeGitHub, type FakeRepository } from '../../test/support/fake-github/fake-github.ts';
import { runStep, type StepOptions, type StepResult } from '../../test/support/runner.ts';
import { commitAll, createShop } from '../demo/shop-repository.ts';
import { line } from '../demo/say.ts';
import { temporaryFolder } from '../demo/temporary-folder.ts';

/** What the pages are about: examples/shop under a name that nobody else in the cluster has. */
export const APP = 'bookshop';
export const REPOSITORY = `org/${APP}`;

const TOKEN = 'ghs_thisTokenIsSentToNobodyOutsideOfThisMachine';

/** A repository, a cluster and a GitHub on which the real bundle runs, as often as there are pages to be made. */
export type Stage = {
  readonly lab: Lab;
  /** Its files are those of the last commit. */
  readonly workspace: string;
  readonly github: FakeRepository;
  /** What the manifests of the example call it, in the lab’s registry. */
  readonly image: string;
  /** Commits all files. What runs next is of this commit. */
  commit(message: string): Promise<string>;
  /** Runs the bundle. Fails when its exit code is another one. */
  step(wish: StepWish): Promise<StepResult>;
  kubectl(args: readonly string[], input?: string): Promise<string>;
  close(): Promise<void>;
};

export type StepWish = Pick<StepOptions, 'inputs'> &
  Partial<Pick<StepOptions, 'env' | 'event'>> & { readonly exitCode: number };

/** On a lab of its own, or the running one that K8S_DEPLOY_TEST_LAB names. Namespaces of an earlier time go first. */
export async function openStage(): Promise<Stage> {
  const { lab, giveBack } = await borrowedOrOwn();
  const folder = temporaryFolder();
  const [workspace, home] = [join(folder, 'workspace'), join(folder, 'home')];
  await mkdir(home);
  await createShop(join(import.meta.dirname, '../../examples/shop'), workspace);
  const fake: FakeGitHub = await openFakeGitHub(TOKEN);
  const github = fake.repository(REPOSITORY, { hasEveryCommit: true });
  const kubeconfig = await readFile(lab.env['KUBECONFIG'] ?? '', 'utf8');
  let sha = '';

  const kubectl: Stage['kubectl'] = async (args, input) =>
    run(['kubectl', ...args], { env: lab.env, ...(input === undefined ? {} : { input }) });
  const removeNamespaces = async (): Promise<void> => {
    const all = (await kubectl(['get', 'namespaces', '--output=name'])).split('\n');
    const own = all.filter((name) => new RegExp(`^namespace/${APP}(-|$)`).test(name));
    if (own.length > 0) {
      await kubectl(['delete', ...own, '--wait']);
    }
  };
  await removeNamespaces();

  return {
    lab,
    workspace,
    github,
    image: `${lab.env['REGISTRY'] ?? ''}/shop/server`,
    commit: async (message) => {
      await commitAll(workspace, message);
      sha = (await run(['git', '-C', workspace, 'rev-parse', 'HEAD'])).trim();
      return sha;
    },
    step: async ({ inputs, env, event, exitCode }) => {
      const needsCluster = inputs['command'] !== 'collect';
      const step = await runStep({
        workspace,
        sha,
        inputs: { ...(needsCluster ? { kubeconfig, 'github-token': TOKEN, app: APP } : {}), ...inputs },
        env: {
          HOME: home,
          PATH: lab.env['PATH'] ?? '',
          BUILDX_CONFIG: lab.env['BUILDX_CONFIG'] ?? join(homedir(), '.docker/buildx'),
          BUILDX_BUILDER: lab.env['BUILDX_BUILDER'] ?? '',
          NO_PROXY: lab.env['NO_PROXY'] ?? process.env['NO_PROXY'] ?? '',
          REGISTRY: lab.env['REGISTRY'] ?? '',
          GITHUB_API_URL: fake.url,
          ...env,
        },
        event: event ?? pushTo(github, sha),
        runner: {
          GITHUB_REPOSITORY: REPOSITORY,
          GITHUB_REPOSITORY_ID: String(github.id),
          ...(event === undefined ? { GITHUB_REF: 'refs/heads/main' } : {}),
        },
      });
      if (step.exitCode !== exitCode) {
        throw new Error(`the step ended with ${step.exitCode}, not ${exitCode}:\n${step.log}`);
      }
      return step;
    },
    kubectl,
    close: async () => {
      await fake.close();
      await removeNamespaces();
      await giveBack();
    },
  };
}

function pushTo({ id }: FakeRepository, after: string): NonNullable<StepOptions['event']> {
  const repository = { id, full_name: REPOSITORY, default_branch: 'main' };
  return { name: 'push', payload: { ref: 'refs/heads/main', after, repository } };
}

async function borrowedOrOwn(): Promise<{ lab: Lab; giveBack: () => Promise<void> }> {
  const name = process.env['K8S_DEPLOY_TEST_LAB'] ?? '';
  if (name === '') {
    const lab = await ensureLab({ name: 'pictures', attached: true, progress: line });
    return { lab, giveBack: async () => lab.stop() };
  }
  const lab = await findLab(name);
  if (lab === undefined) {
    throw new Error(`K8S_DEPLOY_TEST_LAB names the lab "${name}", which does not run`);
  }
  return { lab, giveBack: async () => undefined };
}
