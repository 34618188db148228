import { execFileSync } from 'node:child_process';
import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { actionSteps, filled, readWorkflow, type ActionStep, type Values } from './example-workflow.ts';
import { GIT_ENV } from './history.ts';
import { openScene, type Deploy, type Scene, type Wish } from './scene.ts';
import { ROOT } from './source-files.ts';

/** An example as somebody has it who copied it: a checkout with names of his own, the lab as its cluster and its registry. */
export type ExampleScene = {
  readonly scene: Scene;
  /** Where its images go: what stands in the example as "ghcr.io/org". */
  readonly images: string;
  /** One of its workflows, with those names. */
  workflow(name: string): unknown;
  /** Commits what is in the workspace; the next runs are of it. */
  commit(): string;
  /** What `${{ … }}` of every workflow stands for: the token of a job with the permissions of the step, and the kubeconfig. */
  values(step: Pick<ActionStep, 'permissions'>): Values;
  /** Runs a step with what its workflow gives it. `more` are inputs that the lab needs, or that an organization chooses. */
  run(step: ActionStep, values: Values, more?: Readonly<Record<string, string>>, wish?: Wish): Promise<Deploy>;
  /** Runs the only step of a workflow. */
  runWorkflow(name: string, values?: Values, more?: Readonly<Record<string, string>>, wish?: Wish): Promise<Deploy>;
  /** What a Service of the application says on /, in the scene's namespace unless another is named. */
  answerOf(service: string, namespace?: string): Promise<string>;
  close(): Promise<void>;
};

type Names = Readonly<Record<string, string>>;

/** `namesIn` says what else has to be called otherwise here: "registry.example.com" → the registry of the test. */
export async function openExample(
  example: string,
  namesIn: (scene: Scene) => Promise<Names> = async () => Promise.resolve({}),
): Promise<ExampleScene> {
  const scene = await openScene(`example-${example}`);
  const { workspace, github, cluster } = scene;
  const images = `${scene.lab.env['REGISTRY'] ?? ''}/${cluster.namespace}`;
  const renamed = { 'ghcr.io/org': images, ...(await namesIn(scene)) };
  cpSync(join(ROOT, 'examples', example), workspace, { recursive: true });
  for (const file of globSync(['**/*.{yaml,yml,hcl,json}', '.github/workflows/*.yml'], { cwd: workspace })) {
    const path = join(workspace, file);
    const text = Object.entries(renamed).reduce(
      (text, [name, own]) => text.replaceAll(name, own),
      readFileSync(path, 'utf8'),
    );
    writeFileSync(path, text);
  }
  github.repository('org/app', { hasEveryCommit: true });
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', workspace, ...args], { env: GIT_ENV, encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch=main');

  const opened: ExampleScene = {
    scene,
    images,
    workflow: (name) => readWorkflow(join(workspace, `.github/workflows/${name}.yml`)),
    commit: () => {
      git('add', '--all');
      git('commit', '--quiet', '--message=what is there now');
      scene.sha = git('rev-parse', 'HEAD');
      return scene.sha;
    },
    values: ({ permissions }) => ({
      'github.token': scene.secret(github.jobToken(permissions)),
      'secrets.KUBECONFIG': scene.kubeconfig,
    }),
    run: async (step, values, more = {}, wish = {}) => {
      const all = { ...opened.values(step), ...values };
      const { namespace: _, ...inputs } = filled(step.with, all);
      return scene.deploy({
        ...wish,
        // Without a token unless the workflow gives one; the namespace is the scene's unless the test names it.
        inputs: { 'github-token': '', ...inputs, ...more },
        env: { ...filled(step.env, all), ...wish.env },
      });
    },
    runWorkflow: async (name, values = {}, more = {}, wish = {}) => {
      const [step, ...others] = actionSteps(opened.workflow(name));
      if (step === undefined || others.length > 0) {
        throw new Error(`${name}.yml of ${example} does not have one step of the action`);
      }
      return opened.run(step, values, more, wish);
    },
    answerOf: async (service, namespace = cluster.namespace) =>
      (await cluster.kubectl(['get', '--raw', `/api/v1/namespaces/${namespace}/services/${service}:80/proxy/`])).trim(),
    close: async () => scene.close(),
  };
  opened.commit();
  return opened;
}
