import { createCancellation, type Cancellation } from '../../src/adapters/cancellation.ts';
import type { GitHubHttp } from '../../src/github-http.ts';
import type { GivenInputs } from '../../src/inputs/read.ts';
import { run } from '../../src/main.ts';
import type { RunnerFacts } from '../../src/plan/runner-facts.ts';
import type { Command } from '../../src/ports.ts';
import { createJournal } from '../../src/report/journal.ts';
import { commandLine } from '../../src/report/log-lines.ts';
import type { Outcome } from '../../src/report/outcome.ts';
import { report } from '../../src/report/report.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { fakePorts, instantClock } from '../support/fake-ports.ts';
import { fakeTools, wordsOf, type World } from '../support/fake-tools.ts';
import { FakeUi } from '../support/fake-ui.ts';
import { FACTS } from '../support/runner-facts.ts';
import { memoryFiles } from '../support/memory-files.ts';

/** The whole of main, as a user meets it: an application with a server and an agent, and a deploy of it by inputs. */

export const SHA = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';
export const DIGEST = `sha256:${'7a'.repeat(32)}`;

export const KUBECONFIG = JSON.stringify({
  'current-context': 'prod',
  clusters: [{ name: 'prod', cluster: { server: 'https://prod.example:6443' } }],
  contexts: [{ name: 'prod', context: { cluster: 'prod', user: 'deployer', namespace: 'default' } }],
  users: [{ name: 'deployer', user: { token: 'kubeconfig-token-s3cret' } }],
});

/** A Deployment of one container, named as it is. */
export const deploymentText = (name: string, image: string, more = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: ${name}
          image: ${image}
${more}`;

/** What stands in the repository. */
export const APP = {
  'k8s/agent-config.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: agent\ndata:\n  key: "${API_KEY}"\n  level: info\n',
  'k8s/agent.yaml': deploymentText('agent', 'agent:1.0', '          envFrom: [{ configMapRef: { name: agent } }]\n'),
  'k8s/server.yaml': deploymentText('server', 'ghcr.io/org/server'),
} as const;

export const BUILD = { image: 'ghcr.io/org/server', context: '.' };
export const DEPLOY = { manifests: 'k8s', vars: 'API_KEY', kubeconfig: KUBECONFIG };

export type Deployed = {
  readonly outcome: Outcome;
  readonly outputs: Readonly<Record<string, string>>;
  /** Each command that changes the cluster, as it was announced: "apply", "rollout restart deployment/agent". */
  readonly changing: readonly string[];
  /** All commands, as one could type them. */
  readonly commands: readonly string[];
  readonly ui: FakeUi;
  readonly masked: readonly string[];
};

/** A repository, a registry and a cluster that live as long as the test. */
export type Shop = {
  readonly world: World;
  readonly cluster: FakeCluster;
  cancellation: Cancellation;
  /** Who is told on GitHub; by default a mistake of the test. */
  github: Partial<GitHubHttp>;
  /** What the runner says, where it is another than a push. */
  facts: Partial<RunnerFacts>;
  write(file: string, text: string): Promise<void>;
  deploy(inputs: GivenInputs, sha?: string): Promise<Deployed>;
  /** The next so many times `kubectl rollout status` ends red with these words. */
  disagree(times: number, stderr: string): { readonly left: number };
  /** The time of everything in the shop; sleeps take none. */
  readonly clock: ReturnType<typeof instantClock>;
  disagreement: { left: number; readonly stderr: string };
};

export function openShop(): Shop {
  const files = memoryFiles(
    Object.fromEntries(Object.entries(APP).map(([file, text]) => [`/checkout/app/${file}`, text])),
  );
  const world: World = {
    cluster: new FakeCluster(),
    files,
    registry: new Map(),
    labels: new Map(),
    history: [],
    before: () => {},
  };
  const shop: Shop = {
    world,
    cluster: world.cluster,
    cancellation: createCancellation(),
    github: {},
    facts: {},
    write: (file, text) => files.writePrivate(`/checkout/app/${file}`, text),
    deploy: (inputs, sha = SHA) => deploy(shop, inputs, sha),
    clock: instantClock(),
    disagreement: { left: 0, stderr: '' },
    disagree: (left, stderr) => {
      shop.disagreement = { left, stderr };
      return shop.disagreement;
    },
  };
  return shop;
}

async function deploy(shop: Shop, inputs: GivenInputs, sha: string): Promise<Deployed> {
  shop.cancellation = createCancellation();
  const ui = new FakeUi();
  const masked: string[] = [];
  const changing: string[] = [];
  const assertNotCancelled = (): void => shop.cancellation.assertNotCancelled();
  const tools = fakeTools(shop.world, assertNotCancelled);
  const exec: typeof tools = {
    ...tools,
    run: async (command) => {
      const isAsked = wordsOf(command).join(' ').startsWith('rollout status') && shop.disagreement.left > 0;
      shop.disagreement.left -= isAsked ? 1 : 0;
      return isAsked
        ? { exitCode: 1, stdout: '', stderr: shop.disagreement.stderr, timedOut: false }
        : tools.run(command);
    },
  };
  const ports = fakePorts({
    exec,
    http: {
      request: (_target, { method, path, body }) => shop.cluster.answer(method, path, body),
      stream: (_target, { path }, stop) => shop.cluster.stream(path, stop),
    },
    files: shop.world.files,
    github: shop.github,
    clock: shop.clock,
    toolCache: {
      find: async () => undefined,
      store: async () => '',
      onPath: async (name) => (name === 'docker-buildx' ? undefined : `/usr/bin/${name}`),
    },
    mask: (secret) => masked.push(secret),
    notify: (happening) => {
      if (happening.kind === 'changing') {
        changing.push(shortened(happening.command));
      }
      journal.hear(happening);
    },
    assertNotCancelled,
  });
  const journal = createJournal(ui, ports.clock);
  const facts = {
    ...FACTS,
    folder: '/private',
    event: { ...FACTS.event, sha },
    proxies: {},
    variable: (name: string) => ({ API_KEY: 'variable-s3cret' })[name],
    pluginFolders: [],
    ...shop.facts,
  };
  const outcome = await run(inputs, facts, ports, journal);
  await report(outcome, ui);
  return { outcome, outputs: ui.outputs, changing, commands: exec.commands.map(commandLine), ui, masked };
}

const shortened = (command: Command): string => wordsOf(command).join(' ');
