import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { GIT_ENV } from './history.ts';
import { assertOnlyOurCommands } from './runner-commands.ts';
import type { Deploy, Scene, Wish } from './scene.ts';
import { assertTamePage, HIDDEN } from './tame-page.ts';
import { manifestText } from './workload-text.ts';

/** Texts that somebody else chose, the events that they come with, and what must be true of a step whatever they say. */

/** What it would do is said by "pwned": as a command, an output, a file, a mention, a mark. */
export const WORDS = `x"'\`$(touch pwned)\`\${{ github.token }} ::error::pwned ##[error]pwned --> </details> <img src=pwned> a|b @org/team #1 https://pwned.example.com :tada: 🚀 \u202egnp \u001b[31mred`;
export const LINES = `${WORDS}\n::error::pwned\n::set-output name=pwned::1\n##[add-mask]pwned\r::stop-commands::pwned\n\u200b::error::pwned\n\`\`\`\n</details>\n# pwned\n| a | b |\n${'long '.repeat(4000)}\n`;
/** One line, as GitHub takes it for the name of an environment. */
export const NAME = `prod "$(touch pwned)" ::error::pwned \`x\` --> </details> <b> a|b @org/team #1 ##[error]pwned 🚀 \u202egnp`;
export const BRANCH = 'feat/"$(touch${IFS}pwned)"`id`-->@org/team#1|<b>🚀\u202egnp';
export const FILE = 'k8s/::error::pwned\n##[error]pwned "$(touch pwned)" a|b <b> @org 🚀.yaml';

/** RBAC lets objects have nearly any name (path segments). */
export const ROLE = `::error::pwned <img src=pwned> a|b @org "$(touch pwned)" \`x\` ##[error]pwned 🚀`;

export function roleText(verb: string): string {
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: [verb] }];
  return manifestText({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: ROLE }, rules });
}

/** Commits all that is there on a branch, with such a message, and GitHub knows of it. Later commits of the scene are this one. */
export function commitOn(branch: string, scene: Scene): void {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', scene.workspace, ...args], { env: GIT_ENV, encoding: 'utf8' }).trim();
  git('init', '--quiet');
  git('add', '--all');
  git('symbolic-ref', 'HEAD', `refs/heads/${branch}`);
  git('commit', '--quiet', '--allow-empty', `--message=${LINES}`);
  scene.sha = git('rev-parse', 'HEAD');
  scene.github.repository('org/app').setRef(`refs/heads/${branch}`, scene.sha);
}

const REPOSITORY = { id: 4711, full_name: 'org/app', default_branch: 'main' };

export function pushTo(branch: string, scene: Scene): Pick<Wish, 'event' | 'runner'> {
  const ref = `refs/heads/${branch}`;
  const head = { id: scene.sha, message: LINES, author: { name: WORDS, username: WORDS } };
  return {
    event: { name: 'push', payload: { ref, repository: REPOSITORY, head_commit: head, sender: { login: WORDS } } },
    runner: { GITHUB_REF: ref, GITHUB_ACTOR: WORDS, GITHUB_REPOSITORY_ID: '4711' },
  };
}

/** Of a branch of this repository; GitHub knows of it. */
export function pullRequest(number: number, scene: Scene): Pick<Wish, 'event' | 'runner'> {
  scene.github.repository('org/app').openPullRequest({ number, title: WORDS, head: { ref: BRANCH, sha: scene.sha } });
  const pull = {
    number,
    state: 'open',
    title: WORDS,
    body: LINES,
    user: { login: WORDS },
    head: { ref: BRANCH, sha: scene.sha, label: `org:${BRANCH}`, repo: REPOSITORY },
    base: { ref: BRANCH, sha: scene.sha, repo: REPOSITORY },
  };
  return {
    event: { name: 'pull_request', payload: { number, pull_request: pull, repository: REPOSITORY } },
    runner: {
      GITHUB_REF: `refs/pull/${number}/merge`,
      GITHUB_HEAD_REF: BRANCH,
      GITHUB_BASE_REF: BRANCH,
      GITHUB_ACTOR: WORDS,
      GITHUB_REPOSITORY_ID: '4711',
    },
  };
}

/** In log, annotations, files and pages nothing is obeyed, and nothing that was to be run has run. Returns the annotations. */
export function assertTame(step: Deploy, scene: Scene): ReturnType<typeof assertOnlyOurCommands> {
  const annotations = assertOnlyOurCommands(step);
  annotations.forEach(({ data }) => assert.doesNotMatch(data, HIDDEN));
  assertTamePage(step.summary);
  JSON.parse(step.report);
  const files = [...readdirSync(scene.workspace), ...readdirSync('.')];
  assert.equal(files.includes('pwned'), false);
  assert.doesNotMatch(step.log, HIDDEN);
  return annotations;
}

/** A workload whose container prints what is no UTF-8, then the lines, and ends. */
export function printing(kind: 'Job' | 'Deployment', name: string, code: number): string {
  const labels = { app: name };
  const isJob = kind === 'Job';
  const main = {
    name: 'main',
    image: 'busybox:1',
    env: [{ name: 'TEXT', value: LINES }],
    command: ['sh', '-c', `printf '\\377\\376::error::pwned\\n'; printf '%s' "$TEXT"; exit ${code}`],
    ...(isJob ? {} : { readinessProbe: { exec: { command: ['false'] } } }),
  };
  const spec = { terminationGracePeriodSeconds: 0, containers: [main], ...(isJob ? { restartPolicy: 'Never' } : {}) };
  return manifestText({
    apiVersion: isJob ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name },
    spec: {
      ...(isJob ? { backoffLimit: 0 } : { selector: { matchLabels: labels } }),
      template: { metadata: { labels }, spec },
    },
  });
}
