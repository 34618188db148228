import type { RunnerFacts } from '../../src/plan/runner-facts.ts';

export const SHA = 'c'.repeat(40);

/** A push to main of org/app. */
export const FACTS: RunnerFacts = {
  workspace: '/checkout/app',
  folder: '/tmp/private',
  platform: 'linux',
  arch: 'x64',
  event: { name: 'push', payload: { repository: { default_branch: 'main' } }, sha: SHA },
  nowMilliseconds: Date.UTC(2026, 0, 31, 23, 30, 5, 678),
  ref: 'refs/heads/main',
  baseRef: '',
  actor: 'octocat',
  job: 'deploy',
  docker: {
    configFolder: '/home/me/.docker',
    buildxFolder: '/home/me/.docker/buildx',
    host: 'unix:///var/run/docker.sock',
  },
  proxies: { HTTPS_PROXY: 'http://proxy.example:3128' },
  toolCacheFolder: '/opt/tools',
  variable: (name) => ({ API_KEY: 's3cret', NPM_TOKEN: 'npm-s3cret-token', EMPTY: '' })[name],
  pluginFolders: ['/plugins'],
  serverUrl: 'https://github.com',
  apiUrl: 'https://api.github.com',
  repository: 'org/app',
  repositoryId: '4711',
  runId: '77',
  runAttempt: '1',
};
