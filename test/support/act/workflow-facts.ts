import { objectsAt, textAt } from '../../../src/values/json.ts';
import type { Cluster } from '../cluster.ts';
import type { FakeRepository } from '../fake-github/fake-github.ts';
import type { ActRun } from './run-act.ts';
import type { WorkflowScene } from './workflow-scene.ts';

/** Events as GitHub sends them, and what tests compare after a run, in lines that can be read. */

type Event = { readonly name: string; readonly payload: unknown };

/** The newest commit is pushed to main. */
export function pushEvent({ repository, onGitHub }: WorkflowScene): Event {
  const sha = repository.sha();
  onGitHub.setRef('refs/heads/main', sha);
  return {
    name: 'push',
    payload: { ref: 'refs/heads/main', after: sha, deleted: false, repository: repositoryOf(onGitHub) },
  };
}

export type PullRequestWish = {
  readonly action: 'opened' | 'synchronize' | 'closed';
  readonly number: number;
  readonly head: string;
  readonly isFork?: boolean;
};

export function pullRequestEvent(
  { onGitHub }: WorkflowScene,
  { action, number, head, isFork = false }: PullRequestWish,
): Event {
  const own = repositoryOf(onGitHub);
  const repo = isFork ? { id: 815, full_name: 'stranger/app', fork: true } : own;
  const pullRequest = {
    number,
    title: 'Sell more',
    state: action === 'closed' ? 'closed' : 'open',
    head: { ref: 'more', sha: head, repo },
    base: { ref: 'main', repo: own },
  };
  return { name: 'pull_request', payload: { action, number, pull_request: pullRequest, repository: own } };
}

export function scheduleEvent({ onGitHub }: WorkflowScene): Event {
  return { name: 'schedule', payload: { schedule: '17 3 * * *', repository: repositoryOf(onGitHub) } };
}

function repositoryOf({ id, fullName }: FakeRepository): object {
  return { id, full_name: fullName, default_branch: 'main' };
}

/** "deploy dev success", in alphabetical order. */
export function resultsOf({ jobs }: Pick<ActRun, 'jobs'>): readonly string[] {
  return jobs.map(({ id, matrix, result }) => [id, matrix['name'] ?? '', result].filter(Boolean).join(' ')).toSorted();
}

/** What the steps printed that did not go well, for who reads a test that has failed. */
export function told({ jobs }: ActRun): string {
  const bad = jobs.flatMap(({ name, steps }) =>
    steps.filter(({ outcome }) => outcome === 'failure').map((step) => `${name}, ${step.name}:\n${step.log}`),
  );
  return `the run came to\n${resultsOf({ jobs }).join('\n')}\n${bad.join('\n')}`;
}

/** "dev in_progress success inactive": the states that each deployment on GitHub went through, the oldest deployment first. */
export function deploymentStates({ onGitHub }: WorkflowScene, task?: string): readonly string[] {
  return onGitHub
    .deployments()
    .filter((deployment) => task === undefined || deployment.task === task)
    .map(({ environment, statuses }) => [environment, ...statuses.map(({ state }) => state)].join(' '));
}

/** The rows of the table under a heading of a summary, without its head; a list of cells each. */
export function rowsUnder(summary: string, heading: string): readonly (readonly string[])[] {
  const [, after = ''] = summary.split(`### ${heading}\n`);
  const [table = ''] = after.trimStart().split('\n\n');
  return table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The digests that the pods of a namespace run. */
export async function runningDigests(cluster: Cluster): Promise<readonly string[]> {
  const pods = objectsAt(JSON.parse(await cluster.kubectl(['get', 'pods', '--output=json'])), 'items');
  const statuses = pods.flatMap((pod) => objectsAt(pod, 'status', 'containerStatuses'));
  return statuses.map((status) => (textAt(status, 'imageID') ?? '').split('@').at(-1) ?? '');
}

/** Whether the namespace is there at all. */
export async function exists(cluster: Cluster): Promise<boolean> {
  return (await cluster.kubectl(['get', 'namespace', cluster.namespace, '--ignore-not-found', '--output=name'])) !== '';
}
