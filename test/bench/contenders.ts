import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRendered } from './application.ts';

export type Deploy = {
  readonly namespace: string;
  readonly workspace: string;
  readonly manifests: string;
  /** repo:tag@digest */
  readonly image: string;
  readonly otherImage: string;
  readonly token: string;
};

export type Measured = {
  readonly seconds: number;
  /** Until the first byte of output. */
  readonly firstLineMilliseconds: number;
  /** Highest resident memory of the process itself, without its children. */
  readonly peakMegabytes: number;
};

export type Contender = { readonly name: string; readonly deploy: (deploy: Deploy) => Promise<Measured> };

const ROOT = join(import.meta.dirname, '../..');

/** Each run gets a home of its own, so kubectl's discovery cache is cold for everybody. */
export function contenders(env: Readonly<Record<string, string>>): readonly Contender[] {
  const bash = async (script: string, deploy: Deploy, manifests: string): Promise<Measured> =>
    measure('bash', [join(import.meta.dirname, script)], {
      ...env,
      NAMESPACE: deploy.namespace,
      MANIFESTS: manifests,
      IMAGE: deploy.image,
      AGENT_TOKEN: deploy.token,
    });
  return [
    {
      name: 'bash pipeline',
      deploy: async (deploy) => bash('reference.sh', deploy, join(deploy.workspace, deploy.manifests)),
    },
    {
      name: 'kubectl alone',
      deploy: async (deploy) => {
        const rendered = join(deploy.workspace, 'rendered');
        writeRendered(rendered, { server: deploy.image, others: deploy.otherImage }, deploy.token);
        return bash('plain.sh', deploy, rendered);
      },
    },
    {
      name: 'k8s-deploy',
      deploy: async (deploy) =>
        measure(process.execPath, [join(ROOT, 'dist/index.js')], { ...env, ...step(deploy, env) }),
    },
  ];
}

function step(deploy: Deploy, env: Readonly<Record<string, string>>): Record<string, string> {
  const temp = mkdtempSync(join(tmpdir(), 'bench-step-'));
  return {
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: join(temp, 'tools'),
    GITHUB_WORKSPACE: deploy.workspace,
    GITHUB_SHA: 'b'.repeat(40),
    GITHUB_EVENT_NAME: 'push',
    AGENT_TOKEN: deploy.token,
    INPUT_IMAGES: deploy.image,
    INPUT_MANIFESTS: deploy.manifests,
    INPUT_VARS: 'AGENT_TOKEN',
    INPUT_NAMESPACE: deploy.namespace,
    INPUT_TIMEOUT: '120s',
    INPUT_KUBECONFIG: env['KUBECONFIG'] ?? '',
  };
}

async function measure(
  tool: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Measured> {
  const home = mkdtempSync(join(tmpdir(), 'bench-home-'));
  const started = performance.now();
  const child = spawn(tool, [...args], { env: { ...env, HOME: home } });
  let firstLineMilliseconds = 0;
  let text = '';
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.on('data', (chunk: Buffer) => {
      firstLineMilliseconds ||= performance.now() - started;
      text += chunk.toString();
    });
  }
  let peakMegabytes = 0;
  const sampling = setInterval(() => {
    peakMegabytes = Math.max(peakMegabytes, highWaterMark(child.pid));
  }, 10);
  const exitCode = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)));
  const seconds = (performance.now() - started) / 1000;
  clearInterval(sampling);
  rmSync(home, { recursive: true, force: true });
  if (env['RUNNER_TEMP'] !== undefined) {
    rmSync(env['RUNNER_TEMP'], { recursive: true, force: true });
  }
  if (exitCode !== 0) {
    throw new Error(`${tool} ${args.join(' ')} failed:\n${text}`);
  }
  return { seconds, firstLineMilliseconds, peakMegabytes };
}

/** VmHWM only grows, so the last sample before the end is the peak. */
function highWaterMark(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
