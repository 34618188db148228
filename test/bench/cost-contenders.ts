import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ON_FAKE_NODES } from '../lab/fake-nodes.ts';
import type { Lab } from '../lab/lab.ts';
import { openFaultProxy, type Traffic, type Upstream } from '../support/fault-proxy.ts';
import { kubeconfigOf } from '../support/fault-proxy-kubeconfig.ts';
import { BUNDLE } from '../support/runner.ts';
import { documents, manifestText } from '../support/workload-text.ts';
import { watchAvailability } from './availability.ts';
import { measureProcess } from './process-cost.ts';

export const CONTENDERS = ['k8s-deploy', 'kubectl, one after the other', 'kubectl, one process each'] as const;
export type Contender = (typeof CONTENDERS)[number];

export type CostSample = {
  /** Through the proxy that counts, which costs time itself; else straight to the API server. */
  readonly isCounted: boolean;
  readonly workloads: number;
  readonly contender: Contender;
  readonly requests: number;
  readonly watches: number;
  readonly kinds: Traffic['requests'];
  readonly streams: number;
  readonly cpuSeconds: number;
  readonly nodeMegabytes: number;
  readonly kubectlMegabytes: number;
  readonly seconds: number;
  /** From the moment at which the last workload was done to the end of the process. */
  readonly lagSeconds: number;
};

export type CostOptions = {
  readonly lab: Lab;
  readonly upstream: Upstream;
  readonly namespace: string;
  readonly workloads: number;
  readonly image: string;
  readonly isCounted: boolean;
};

const TIMEOUT = '15m';

/** Never run on a fake node. Without one, rollouts are seen through for two seconds longer than kubectl does it. */
const PROBE = { exec: { command: ['true'] } };

/** That many Deployments of one fake pod each. */
export function manifestOf(workloads: number, image: string): string {
  return documents(
    ...Array.from({ length: workloads }, (_unused, index) => {
      const labels = { app: `app-${index}` };
      const template = {
        metadata: { labels },
        spec: { ...ON_FAKE_NODES, containers: [{ name: 'main', image, readinessProbe: PROBE }] },
      };
      return manifestText({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: `app-${index}` },
        spec: { replicas: 1, selector: { matchLabels: labels }, template },
      });
    }),
  );
}

/** Deploys a new image to all of them at once, with or without a proxy that counts. */
export async function deployMeasured(contender: Contender, options: CostOptions): Promise<CostSample> {
  const { lab, upstream, namespace, workloads, image, isCounted } = options;
  const folder = mkdtempSync(join(tmpdir(), 'bench-cost-'));
  const proxy = await openFaultProxy({ upstream });
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, isCounted ? kubeconfigOf(proxy) : readFileSync(lab.env['KUBECONFIG'] ?? '', 'utf8'));
  writeFileSync(join(folder, 'set.yaml'), manifestOf(workloads, image));
  const availability = await watchAvailability(upstream, namespace, { image, count: workloads });
  try {
    const { argv, env } = commandOf(contender, folder, options);
    // Its own home: kubectl's discovery cache is cold for everybody.
    const own = {
      HOME: folder,
      PATH: lab.env['PATH'] ?? '',
      NO_PROXY: lab.env['NO_PROXY'] ?? '',
      KUBECONFIG: kubeconfig,
    };
    const cost = await measureProcess(argv, { ...own, ...env });
    if (cost.exitCode !== 0) {
      throw new Error(`${contender} failed with ${workloads} workloads:\n${cost.output}`);
    }
    const { requests, total, mostWatches } = proxy.traffic();
    return {
      isCounted,
      workloads,
      contender,
      requests: total,
      watches: requests.watch ?? 0,
      kinds: requests,
      streams: mostWatches,
      cpuSeconds: cost.cpuSeconds,
      nodeMegabytes: cost.peakMegabytes['node'] ?? 0,
      kubectlMegabytes: cost.peakMegabytes['kubectl'] ?? 0,
      seconds: cost.seconds,
      lagSeconds: (cost.endedAtMilliseconds - (await availability.lastDone)) / 1000,
    };
  } finally {
    availability.stop();
    await proxy.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type CommandAndEnv = { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> };

function commandOf(contender: Contender, folder: string, { namespace, workloads }: CostOptions): CommandAndEnv {
  const kubectl = `kubectl --namespace=${namespace}`;
  // The same owner of the fields as ours, so that nobody has to take them over.
  const apply = `${kubectl} apply --server-side --field-manager=k8s-deploy --filename=${join(folder, 'set.yaml')}`;
  const status = (names: readonly string[]): string =>
    `${kubectl} rollout status ${names.map((name) => `deployment/${name}`).join(' ')} --timeout=${TIMEOUT}`;
  const names = Array.from({ length: workloads }, (_unused, index) => `app-${index}`);
  switch (contender) {
    case 'k8s-deploy':
      return { argv: [process.execPath, BUNDLE], env: stepVariables(folder, namespace) };
    case 'kubectl, one after the other':
      return { argv: ['sh', '-ec', `${apply}\n${status(names)}`], env: {} };
    case 'kubectl, one process each':
      return {
        argv: ['sh', '-ec', [apply, ...names.map((name) => `${status([name])} &`), 'wait'].join('\n')],
        env: {},
      };
    default:
      throw new Error(`unknown contender ${String(contender satisfies never)}`);
  }
}

function stepVariables(folder: string, namespace: string): Readonly<Record<string, string>> {
  return {
    RUNNER_TEMP: folder,
    RUNNER_TOOL_CACHE: join(folder, 'tools'),
    GITHUB_WORKSPACE: folder,
    GITHUB_SHA: 'b'.repeat(40),
    GITHUB_EVENT_NAME: 'push',
    INPUT_MANIFESTS: 'set.yaml',
    INPUT_NAMESPACE: namespace,
    INPUT_TIMEOUT: TIMEOUT,
    INPUT_KUBECONFIG: join(folder, 'kubeconfig'),
  };
}
