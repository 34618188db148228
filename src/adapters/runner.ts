import { context } from '@actions/github';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GivenInputs } from '../inputs/read.ts';
import type { DockerFacts, RunnerFacts } from '../plan/runner-facts.ts';
import { pluginFolders } from '../tools/buildx.ts';

const UNIX_SOCKET = 'unix:///var/run/docker.sock';
const WINDOWS_PIPE = 'npipe:////./pipe/docker_engine';

/** All that the runner gave as inputs, by name. This and the facts below are the only readers of the environment. */
export function givenInputs(): GivenInputs {
  return Object.fromEntries(
    Object.entries(process.env)
      .filter(([name]) => name.startsWith('INPUT_'))
      .map(([name, value]) => [name.slice('INPUT_'.length).toLowerCase(), value ?? '']),
  );
}

export function runnerFacts(folder: string): RunnerFacts {
  return {
    folder,
    workspace: process.env['GITHUB_WORKSPACE'] ?? process.cwd(),
    platform: process.platform,
    arch: process.arch,
    nowMilliseconds: Date.now(),
    ref: variable('GITHUB_REF') ?? '',
    baseRef: variable('GITHUB_BASE_REF') ?? '',
    actor: variable('GITHUB_ACTOR') ?? '',
    job: variable('GITHUB_JOB') ?? '',
    docker: dockerFacts(),
    proxies: proxies(),
    toolCacheFolder: variable('RUNNER_TOOL_CACHE') ?? fallbackToolCache(),
    event: { name: context.eventName, payload: context.payload, sha: context.sha },
    serverUrl: context.serverUrl,
    apiUrl: context.apiUrl,
    repository: process.env['GITHUB_REPOSITORY'] ?? '',
    repositoryId: process.env['GITHUB_REPOSITORY_ID'] ?? '',
    runId: process.env['GITHUB_RUN_ID'] ?? '',
    runAttempt: process.env['GITHUB_RUN_ATTEMPT'] ?? '1',
    variable: (name) => process.env[name],
    pluginFolders: pluginFolders(process.env['DOCKER_CONFIG'], homedir()),
  };
}

/** What is empty counts as not set, as everywhere with docker. */
function variable(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}

function dockerFacts(): DockerFacts {
  const configFolder = variable('DOCKER_CONFIG') ?? join(homedir(), '.docker');
  return {
    configFolder,
    buildxFolder: variable('BUILDX_CONFIG') ?? join(configFolder, 'buildx'),
    host: variable('DOCKER_HOST') ?? (process.platform === 'win32' ? WINDOWS_PIPE : UNIX_SOCKET),
  };
}

function proxies(): Readonly<Record<string, string>> {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
  return Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const value = variable(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Where tools are kept when the runner has no tool cache. */
export function fallbackToolCache(): string {
  return join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'k8s-deploy-tools');
}
