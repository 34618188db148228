import assert from 'node:assert/strict';
import { pullRequestPayload, sha } from './event-payloads.ts';
import { openFakeGitHub, type FakeGitHub, type FakeRepository, type Permissions } from './fake-github/fake-github.ts';
import type { Deploy, Scene, Wish } from './scene.ts';
import { configMapText } from './workload-text.ts';

/** What `permissions` of a job say that lets the action tell everything. */
export const ALL_PERMISSIONS: Permissions = { contents: 'read', deployments: 'write', 'pull-requests': 'write' };

/** A GitHub with one repository, "org/app", and a job whose deploys it hears of. */
export type GitHubScene = {
  readonly github: FakeGitHub;
  readonly app: FakeRepository;
  /** Deploys one small object, or what the inputs say, as a job with this token. */
  deploy(inputs?: Readonly<Record<string, string>>, wish?: Wish): Promise<Deploy>;
  /** The same as a job of pull request 7. */
  deployPullRequest(inputs?: Readonly<Record<string, string>>, wish?: Wish): Promise<Deploy>;
  /** The states of each deployment, oldest first: ["in_progress success inactive"]. */
  states(): readonly string[];
  /** The bodies of the comments on pull request 7. */
  comments(): readonly string[];
  close(): Promise<void>;
};

let scenes = 0;

/** The commit at the top of pull request 7. */
export const HEAD_OF_7 = sha('b');

const PULL_REQUEST = { name: 'pull_request', payload: { repository: { id: 4711 }, ...pullRequestPayload('here') } };

async function openGitHubScene(scene: Scene, permissions = ALL_PERMISSIONS): Promise<GitHubScene> {
  const github = await openFakeGitHub();
  const app = github.repository('org/app', { hasEveryCommit: true });
  app.openPullRequest({ number: 7, head: { ref: 'more', sha: HEAD_OF_7 } });
  const token = scene.secret(github.jobToken(permissions));
  scenes += 1;
  const name = `small-${scenes}`;
  scene.write(`${name}.yaml`, configMapText(name, { a: '1' }));
  const deploy: GitHubScene['deploy'] = async (inputs = {}, { env, ...wish } = {}) =>
    scene.deploy({
      ...wish,
      inputs: { manifests: `${name}.yaml`, 'github-token': token, ...inputs },
      env: { GITHUB_API_URL: github.url, ...env },
    });
  return {
    github,
    app,
    deploy,
    deployPullRequest: async (inputs = {}, { runner, ...wish } = {}) =>
      deploy(inputs, { event: PULL_REQUEST, runner: { GITHUB_REF: 'refs/pull/7/merge', ...runner }, ...wish }),
    states: () => app.deployments().map(({ statuses }) => statuses.map(({ state }) => state).join(' ')),
    comments: () => app.comments(7).map(({ body }) => body),
    close: async () => github.close(),
  };
}

/** The GitHubs of one file of tests: each test opens one of its own, and the last `close` ends all of them. */
export type GitHubScenes = {
  open(permissions?: Permissions): Promise<GitHubScene>;
  all(): readonly GitHubScene[];
  close(): Promise<void>;
};

export function gitHubsFor(scene: Scene): GitHubScenes {
  const opened: GitHubScene[] = [];
  return {
    open: async (permissions) => {
      const hub = await openGitHubScene(scene, permissions);
      opened.push(hub);
      return hub;
    },
    all: () => opened,
    close: async () => {
      await Promise.all(opened.map(async (hub) => hub.close()));
    },
  };
}

/** Green, whatever GitHub did: the exit code, the output, and the number of annotations that GitHub shows of a step. */
export function assertGreen(deploy: Deploy): void {
  assert.deepEqual([deploy.exitCode, deploy.outputs['result']], [0, 'succeeded'], deploy.log);
  assert.ok(deploy.annotations.length <= 10);
}

/** The lines of the log that warn. */
export function warningsIn({ log }: Deploy): readonly string[] {
  return log.split('\n').filter((line) => line.startsWith('warning: '));
}

/** What was asked of GitHub in vain is not asked in a way that GitHub does not know. */
export function assertWellAsked({ github }: GitHubScene): void {
  assert.deepEqual([...github.mistakes(), ...github.defects()], []);
}

/** Every text that anybody sent to GitHub. */
export function sentTo(github: FakeGitHub): string {
  return JSON.stringify(github.requests().map(({ path, body }) => [path, body]));
}
