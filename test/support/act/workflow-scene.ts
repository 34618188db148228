import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../../lab/lab.ts';
import { clusterOf, type Cluster } from '../cluster.ts';
import { borrowLab } from '../e2e-lab.ts';
import { openFakeGitHub, type FakeGitHub, type FakeRepository, type Permissions } from '../fake-github/fake-github.ts';
import { changesCluster, recordTools } from '../recorded-tools.ts';
import { registryView, type RegistryView } from '../registry-view.ts';
import { callerRepository, type CallerOptions, type CallerRepository } from './caller-repository.ts';
import { runAct, type ActOptions, type ActRun } from './run-act.ts';

/** A repository that calls a reusable workflow, with the bundle, a real cluster and registry, and a GitHub that remembers. */
export type WorkflowScene = {
  readonly lab: Lab;
  /** Part of all names of this scene: "1f2e3d". */
  readonly mark: string;
  readonly repository: CallerRepository;
  readonly github: FakeGitHub;
  /** The same repository, "org/app", on GitHub. */
  readonly onGitHub: FakeRepository;
  /** With the registry, without tag. */
  readonly image: string;
  readonly pushed: RegistryView;
  /** Runs the workflow of the caller, with the lab's kubeconfig as the secret KUBECONFIG and the image as the variable IMAGE. */
  run(event: ActOptions['event'], wish?: RunWish): Promise<WorkflowRun>;
  /** A namespace that is gone at the end, whoever makes it. */
  namespace(name: string): Cluster;
  /** Fails when a request was not as GitHub describes it. */
  assertGitHubContent(): void;
  close(): Promise<void>;
};

export type RunWish = Partial<
  Pick<ActOptions, 'workflow' | 'sha' | 'vars' | 'secrets' | 'runId' | 'attempt' | 'legs' | 'meanwhile'>
> & {
  /** What the token may do, when it is less than in other runs. */
  readonly permissions?: Permissions;
};

export type WorkflowRun = ActRun & {
  /** The calls of buildx that build. */
  readonly builds: readonly string[];
  /** The calls of kubectl that change the cluster. */
  readonly changes: readonly string[];
};

export type SceneWish = {
  /** Of the caller. */
  readonly workflow: string;
  readonly order?: CallerOptions['order'];
  /** What the jobs may do on GitHub, as the workflow says. */
  readonly permissions: Permissions;
  /** More than the application and the caller. */
  readonly files?: Readonly<Record<string, string>>;
};

export const CALLER = '.github/workflows/caller.yml';

export const RUNS = 'touch /tmp/ready && exec sleep 2147483647';
export const CRASHES = 'echo no database at db-prod:5432 && exit 3';
/** Until somebody makes the file /tmp/ready in the container. */
export const WAITS = 'exec sleep 2147483647';

export async function openWorkflowScene(wish: SceneWish): Promise<WorkflowScene> {
  const { lab, giveBack } = await borrowLab();
  const mark = randomBytes(3).toString('hex');
  const name = `e2e/workflow-${mark}`;
  const registry = lab.env['REGISTRY'] ?? '';
  const image = `${registry}/${name}`;
  const repository = callerRepository({
    files: { [CALLER]: wish.workflow, ...application(image), ...wish.files },
    order: wish.order ?? 'parallel',
  });
  const github = await openFakeGitHub();
  const onGitHub = github.repository('org/app', { id: randomInt(10_000_000, 99_999_999), hasEveryCommit: true });
  onGitHub.setRef('refs/heads/main', repository.sha());
  const token = github.jobToken(wish.permissions);
  const kubeconfig = readFileSync(lab.env['KUBECONFIG'] ?? '', 'utf8');
  const namespaces: string[] = [];
  const anywhere = clusterOf(lab, 'default');
  return {
    lab,
    mark,
    repository,
    github,
    onGitHub,
    image,
    pushed: registryView(registry, name),
    run: async (event, { vars, secrets, permissions, ...rest } = {}) => {
      const tools = recordTools(mkdtempSync(join(repository.around, 'tools-')), lab.env['PATH'] ?? '');
      const run = await runAct({
        workflow: CALLER,
        ...rest,
        repository,
        event,
        vars: { IMAGE: image, ...vars },
        secrets: secrets ?? { KUBECONFIG: kubeconfig },
        github: { url: github.url, token: permissions === undefined ? token : github.jobToken(permissions) },
        env: {
          BUILDX_CONFIG: lab.env['BUILDX_CONFIG'] ?? '',
          BUILDX_BUILDER: lab.env['BUILDX_BUILDER'] ?? '',
          NO_PROXY: lab.env['NO_PROXY'] ?? '',
          PATH: tools.env['PATH'] ?? '',
          GITHUB_REPOSITORY_ID: String(onGitHub.id),
        },
      });
      const commands = tools.commands();
      const builds = commands.filter((command) => command.startsWith('buildx build '));
      return { ...run, builds, changes: commands.filter(changesCluster) };
    },
    namespace: (namespace) => {
      namespaces.push(namespace);
      return clusterOf(lab, namespace);
    },
    assertGitHubContent: () => {
      const wrong = [...github.mistakes(), ...github.defects()];
      if (wrong.length > 0) {
        throw new Error(`GitHub was asked for what it does not know, or answered so: ${wrong.join('\n')}`);
      }
    },
    close: async () => {
      if (namespaces.length > 0) {
        await anywhere.kubectl(['delete', 'namespace', ...namespaces, '--wait=false', '--ignore-not-found']);
      }
      await github.close();
      repository.remove();
      await giveBack();
    },
  };
}

/** A Deployment that is ready once its command, the variable RUN, has made /tmp/ready. */
function application(image: string): Readonly<Record<string, string>> {
  return {
    Dockerfile: 'FROM busybox:1\nCOPY version.txt /version.txt\nUSER 1000\n',
    '.dockerignore': '.git\n',
    'version.txt': 'one\n',
    'k8s/server.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: server
spec:
  selector:
    matchLabels: { app: server }
  template:
    metadata:
      labels: { app: server }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: server
          image: ${image}:main
          command: [sh, -c, '\${RUN}']
          readinessProbe:
            exec: { command: [test, -e, /tmp/ready] }
            periodSeconds: 1
`,
  };
}
