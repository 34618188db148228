import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numberAt, objectsAt, textAt } from '../../src/values/json.ts';
import type { Lab } from '../lab/lab.ts';
import { BUNDLE } from '../support/runner.ts';
import { measureProcess } from './process-cost.ts';

export const APPLY_CONTENDERS = [
  'kubectl diff + apply',
  'kubectl diff + apply, server-side',
  'k8s-deploy, plan + deploy',
  'k8s-deploy, deploy',
] as const;
export type ApplyContender = (typeof APPLY_CONTENDERS)[number];

/** kubectl as it is without any options. */
export const YARDSTICK: ApplyContender = 'kubectl diff + apply';

export type ApplyCost = {
  readonly seconds: number;
  /** Without the time in which rollouts are seen through, which `kubectl apply` does not do. */
  readonly appliedSeconds: number;
  readonly cpuSeconds: number;
  /** Of our own process, or of kubectl. */
  readonly peakMegabytes: number;
};

export type ApplyRun = { readonly lab: Lab; readonly namespace: string; readonly workspace: string };

/** Plans and applies the folder "set" of a workspace. kubectl's discovery cache is cold at the first command for everybody. */
export async function applyMeasured(contender: ApplyContender, run: ApplyRun): Promise<ApplyCost> {
  const home = mkdtempSync(join(tmpdir(), 'bench-apply-'));
  try {
    const costs: ApplyCost[] = [];
    for (const command of commandsOf(contender, run, home)) {
      costs.push(await measureCommand(command, run, home));
    }
    return costs.reduce((one, other) => ({
      seconds: one.seconds + other.seconds,
      appliedSeconds: one.appliedSeconds + other.appliedSeconds,
      cpuSeconds: one.cpuSeconds + other.cpuSeconds,
      peakMegabytes: Math.max(one.peakMegabytes, other.peakMegabytes),
    }));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

type Command = {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** `kubectl diff` ends with 1 when something differs. */
  readonly goodCodes: readonly number[];
};

function commandsOf(contender: ApplyContender, { lab, namespace, workspace }: ApplyRun, home: string): Command[] {
  const kubectl = (verb: 'diff' | 'apply', ...options: readonly string[]): Command => ({
    argv: ['kubectl', `--namespace=${namespace}`, verb, ...options, `--filename=${join(workspace, 'set')}`],
    env: { KUBECONFIG: lab.env['KUBECONFIG'] ?? '' },
    goodCodes: verb === 'diff' ? [0, 1] : [0],
  });
  const step = (command: 'plan' | 'deploy'): Command => ({
    argv: [process.execPath, BUNDLE],
    env: {
      RUNNER_TEMP: mkdtempSync(join(home, 'runner-')),
      RUNNER_TOOL_CACHE: join(home, 'tools'),
      GITHUB_WORKSPACE: workspace,
      GITHUB_SHA: 'b'.repeat(40),
      GITHUB_EVENT_NAME: 'push',
      INPUT_COMMAND: command,
      INPUT_MANIFESTS: 'set',
      INPUT_NAMESPACE: namespace,
      INPUT_TIMEOUT: '10m',
      INPUT_KUBECONFIG: lab.env['KUBECONFIG'] ?? '',
    },
    goodCodes: [0],
  });
  const serverSide = ['--server-side', '--field-manager=k8s-deploy'];
  switch (contender) {
    case 'kubectl diff + apply':
      return [kubectl('diff'), kubectl('apply')];
    case 'kubectl diff + apply, server-side':
      return [kubectl('diff', ...serverSide), kubectl('apply', ...serverSide)];
    case 'k8s-deploy, plan + deploy':
      return [step('plan'), step('deploy')];
    case 'k8s-deploy, deploy':
      return [step('deploy')];
    default:
      throw new Error(`unknown contender ${String(contender satisfies never)}`);
  }
}

async function measureCommand({ argv, env, goodCodes }: Command, { lab }: ApplyRun, home: string): Promise<ApplyCost> {
  const base = { HOME: home, PATH: lab.env['PATH'] ?? '', NO_PROXY: lab.env['NO_PROXY'] ?? '' };
  const cost = await measureProcess(argv, { ...base, ...env });
  if (!goodCodes.includes(cost.exitCode)) {
    throw new Error(`${argv.join(' ')} ended with ${cost.exitCode}:\n${cost.output.slice(-4000)}`);
  }
  const { seconds, cpuSeconds, peakMegabytes } = cost;
  return {
    seconds,
    appliedSeconds: seconds - rolloutSeconds(env['RUNNER_TEMP']),
    cpuSeconds,
    peakMegabytes: peakMegabytes['node'] ?? peakMegabytes['kubectl'] ?? 0,
  };
}

/** From the report that a run of ours leaves; 0 for kubectl. */
function rolloutSeconds(folder: string | undefined): number {
  const [report] = folder === undefined ? [] : globSync(join(folder, 'k8s-deploy-report-*.json'));
  return report === undefined
    ? 0
    : objectsAt(JSON.parse(readFileSync(report, 'utf8')), 'phases')
        .filter((phase) => textAt(phase, 'title') === 'Roll out')
        .reduce((sum, phase) => sum + (numberAt(phase, 'seconds') ?? 0), 0);
}
