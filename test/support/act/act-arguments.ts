import type { ActOptions } from './run-act.ts';

/** What `runs-on` may say. Each job runs on this machine, in a workspace and a RUNNER_TEMP of its own. */
const RUNNERS = ['ubuntu-latest', 'ubuntu-24.04', 'self-hosted', 'linux'];

let runs = 1000;

/** The command line of act. Its own environment is no part of it: that is handed on to the steps. */
export function actArguments(
  options: ActOptions,
  event: string,
  actions: Readonly<Record<string, string>>,
): readonly string[] {
  runs += 1;
  const { github, runId = runs, attempt = 1, repository } = options;
  const env = {
    GITHUB_REPOSITORY: 'org/app',
    GITHUB_RUN_ID: String(runId),
    GITHUB_RUN_ATTEMPT: String(attempt),
    SHA_REF: options.sha ?? repository.sha(),
    ...(github === undefined ? {} : { GITHUB_API_URL: github.url }),
  };
  const secrets = { ...(github === undefined ? {} : { GITHUB_TOKEN: github.token }), ...options.secrets };
  return [
    options.event.name,
    '--json',
    '--no-cache-server',
    '--no-skip-checkout',
    '--actor=somebody',
    `--workflows=${options.workflow}`,
    `--eventpath=${event}`,
    ...RUNNERS.flatMap((label) => ['--platform', `${label}=-self-hosted`]),
    ...pairs('--env', env),
    ...pairs('--secret', secrets),
    ...pairs('--var', options.vars ?? {}),
    ...pairs('--local-repository', actions),
    ...(options.legs ?? []).flatMap((name) => ['--matrix', `name:${name}`]),
  ];
}

function pairs(flag: string, values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
}
