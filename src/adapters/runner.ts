import { context } from '@actions/github';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GivenInputs } from '../inputs/read.ts';
import type { RunnerFacts } from '../plan/runner-facts.ts';
import { pluginFolders } from '../tools/buildx.ts';

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
    event: { name: context.eventName, payload: context.payload, sha: context.sha },
    serverUrl: context.serverUrl,
    apiUrl: context.apiUrl,
    repository: process.env['GITHUB_REPOSITORY'] ?? '',
    runId: process.env['GITHUB_RUN_ID'] ?? '',
    runAttempt: process.env['GITHUB_RUN_ATTEMPT'] ?? '1',
    variable: (name) => process.env[name],
    pluginFolders: pluginFolders(process.env['DOCKER_CONFIG'], homedir()),
  };
}

/** Where tools are kept when the runner has no tool cache. */
export function fallbackToolCache(): string {
  return join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'k8s-deploy-tools');
}
