import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numberAt, objectsAt, textAt } from '../../src/values/json.ts';
import { BUNDLE } from '../support/runner.ts';
import type { BuildWorkspace } from './build-workspace.ts';

export const BUILD_CONTENDERS = ['buildx build, the same flags', 'buildx build, no cache', 'k8s-deploy'] as const;
export type BuildContender = (typeof BUILD_CONTENDERS)[number];

/** What ours is compared with. */
export const SAME_FLAGS: BuildContender = 'buildx build, the same flags';
export const NO_CACHE: BuildContender = 'buildx build, no cache';

export type BuildCost = {
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** Of our phase Build alone; of a plain build the same as `seconds`. */
  readonly buildSeconds: number;
};

export type BuildRun = {
  readonly workspace: BuildWorkspace;
  /** Of this contender in this round alone: what one pushed is no other's cache. */
  readonly repository: string;
  readonly env: Readonly<Record<string, string>>;
};

const PLATFORM = `linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`;

/** Builds the commit that is checked out and pushes it. */
export async function buildMeasured(contender: BuildContender, run: BuildRun): Promise<BuildCost> {
  const temp = mkdtempSync(join(tmpdir(), 'bench-build-'));
  try {
    if (contender !== 'k8s-deploy') {
      const seconds = await timed('buildx', plainArgs(run, temp, contender === SAME_FLAGS), { ...run.env, HOME: temp });
      return { seconds, buildSeconds: seconds };
    }
    const seconds = await timed(process.execPath, [BUNDLE], { ...run.env, ...stepVariables(run, temp), HOME: temp });
    return { seconds, buildSeconds: phaseSeconds(temp) };
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

/** What a workflow with docker/setup-buildx-action, docker/metadata-action and docker/build-push-action comes to. */
function plainArgs({ workspace, repository }: BuildRun, temp: string, hasCache: boolean): readonly string[] {
  const cache = `type=registry,ref=${repository}:buildcache-main`;
  const options = 'mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true';
  const labels = {
    revision: workspace.sha,
    source: 'https://github.com/org/app',
    created: workspace.committedAt,
    version: workspace.sha,
    title: 'app',
  };
  return [
    'build',
    `--platform=${PLATFORM}`,
    ...Object.entries(labels).map(([name, value]) => `--label=org.opencontainers.image.${name}=${value}`),
    ...(hasCache ? [`--cache-from=${cache}`, `--cache-to=${cache},${options}`] : []),
    '--provenance=false',
    `--tag=${repository}:${workspace.sha}`,
    '--push',
    `--metadata-file=${join(temp, 'metadata.json')}`,
    '--progress=plain',
    join(workspace.folder, workspace.context),
  ];
}

function stepVariables({ workspace, repository }: BuildRun, temp: string): Readonly<Record<string, string>> {
  return {
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: join(temp, 'tools'),
    GITHUB_WORKSPACE: workspace.folder,
    GITHUB_SHA: workspace.sha,
    GITHUB_REF: 'refs/heads/main',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REPOSITORY: 'org/app',
    GITHUB_SERVER_URL: 'https://github.com',
    INPUT_IMAGE: repository,
    INPUT_CONTEXT: workspace.context,
    INPUT_PLATFORMS: PLATFORM,
  };
}

async function timed(tool: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const started = performance.now();
  await new Promise<void>((resolve, reject) => {
    execFile(tool, [...args], { env, maxBuffer: 64e6 }, (error, stdout, stderr) => {
      if (error === null) {
        resolve();
      } else {
        reject(new Error(`${tool} failed:\n${stdout}${stderr}`, { cause: error }));
      }
    });
  });
  return (performance.now() - started) / 1000;
}

/** From the report that a run of ours leaves. */
function phaseSeconds(temp: string): number {
  const [report = ''] = globSync(join(temp, 'k8s-deploy-report-*.json'));
  return objectsAt(JSON.parse(readFileSync(report, 'utf8')), 'phases')
    .filter((phase) => textAt(phase, 'title') === 'Build')
    .reduce((sum, phase) => sum + (numberAt(phase, 'seconds') ?? 0), 0);
}
