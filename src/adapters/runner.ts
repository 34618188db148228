import { context } from '@actions/github';
import { mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GivenInputs } from '../inputs/read.ts';
import type { RunnerFacts } from '../plan/plan.ts';
import { pluginFolders } from '../tools/buildx.ts';

/** A unix socket's path may have 107 bytes (Linux sun_path); the name of the socket itself takes a few. */
const LONGEST_FOLDER = 90;

/** All that the runner gave as inputs, by name. This and the facts below are the only readers of the environment. */
export function givenInputs(): GivenInputs {
  return Object.fromEntries(
    Object.entries(process.env)
      .filter(([name]) => name.startsWith('INPUT_'))
      .map(([name, value]) => [name.slice('INPUT_'.length).toLowerCase(), value ?? '']),
  );
}

/** A folder for this run alone (0700), under RUNNER_TEMP unless that path is too long for a socket in it. */
export async function makePrivateFolder(): Promise<string> {
  const temp = process.env['RUNNER_TEMP'] ?? tmpdir();
  return mkdtemp(join(temp.length <= LONGEST_FOLDER - 'k8s-deploy-XXXXXX/'.length ? temp : tmpdir(), 'k8s-deploy-'));
}

export function runnerFacts(folder: string): RunnerFacts {
  return {
    folder,
    workspace: process.env['GITHUB_WORKSPACE'] ?? process.cwd(),
    platform: process.platform,
    arch: process.arch,
    event: { name: context.eventName, payload: context.payload, sha: context.sha },
    variable: (name) => process.env[name],
    pluginFolders: pluginFolders(process.env['DOCKER_CONFIG'], homedir()),
  };
}

/** Where tools are kept when the runner has no tool cache. */
export function fallbackToolCache(): string {
  return join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'k8s-deploy-tools');
}
