import { isJsonObject, numberAt, objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';
import type { RunEvent } from './commit.ts';

/** The pull request that an event is about. All texts are the words of strangers. */
export type EventPullRequest = {
  readonly number: number;
  /** Whether its commits are another repository's, or nobody can tell whose they are. */
  readonly isFork: boolean;
  /** Whether it was closed, merged or not, when the event came. */
  readonly isClosed: boolean;
  /** The branch that it comes from; of a fork, a branch of the fork. */
  readonly headRef: string | undefined;
  readonly title: string | undefined;
};

/**
 * Undefined for events of no pull request, for merge groups, which may be of several, and for workflow_runs of a fork, which do not say of which
 * pull request they are.
 */
export function pullRequestOfEvent({ name, payload }: RunEvent): EventPullRequest | undefined {
  switch (name) {
    case 'pull_request':
    case 'pull_request_target':
    case 'pull_request_review':
    case 'pull_request_review_comment':
      return ofPayload(payload);
    case 'workflow_run':
      return ofWorkflowRun(payload);
    case 'issue_comment':
      return ofComment(payload);
    default:
      return undefined;
  }
}

/** Whether the commits of a workflow_run are another repository's, or nobody can tell whose they are. */
export function isRunOfFork(payload: unknown): boolean {
  const own = valueAt(payload, 'repository') ?? valueAt(payload, 'workflow_run', 'repository');
  return !isSame(valueAt(payload, 'workflow_run', 'head_repository'), own);
}

function ofPayload(payload: unknown): EventPullRequest | undefined {
  const pull = valueAt(payload, 'pull_request');
  const number = numberAt(pull, 'number') ?? numberAt(payload, 'number');
  return number === undefined
    ? undefined
    : {
        number,
        // The repository of a fork that was deleted is null.
        isFork: !isSame(valueAt(pull, 'head', 'repo'), valueAt(pull, 'base', 'repo')),
        isClosed: textAt(pull, 'state') === 'closed' || textAt(payload, 'action') === 'closed',
        headRef: textAt(pull, 'head', 'ref'),
        title: textAt(pull, 'title'),
      };
}

/** A run lists whatever pull request has its branch as the head: only one that it ran for, and that is still at its commit, is meant. */
function ofWorkflowRun(payload: unknown): EventPullRequest | undefined {
  const run = valueAt(payload, 'workflow_run');
  if (textAt(run, 'event')?.startsWith('pull_request') !== true || isRunOfFork(payload)) {
    return undefined;
  }
  const isMeant = (pull: JsonObject): boolean =>
    textAt(pull, 'head', 'sha') === textAt(run, 'head_sha') &&
    isSame(valueAt(pull, 'base', 'repo'), valueAt(run, 'head_repository'));
  const [pull, ...others] = objectsAt(run, 'pull_requests').filter(isMeant);
  const number = numberAt(pull, 'number');
  return number === undefined || others.length > 0
    ? undefined
    : { number, isFork: false, isClosed: false, headRef: textAt(pull, 'head', 'ref'), title: undefined };
}

function ofComment(payload: unknown): EventPullRequest | undefined {
  const issue = valueAt(payload, 'issue');
  const number = numberAt(issue, 'number');
  return number === undefined || !isJsonObject(valueAt(issue, 'pull_request'))
    ? undefined
    : {
        number,
        isFork: true,
        isClosed: textAt(issue, 'state') === 'closed',
        headRef: undefined,
        title: textAt(issue, 'title'),
      };
}

/** By their numbers, which outlive a new name; by their names where an event has no numbers. What is not known is not the same. */
function isSame(one: unknown, other: unknown): boolean {
  const [id, otherId] = [numberAt(one, 'id'), numberAt(other, 'id')];
  if (id !== undefined || otherId !== undefined) {
    return id === otherId;
  }
  const [name, otherName] = [textAt(one, 'full_name'), textAt(other, 'full_name')];
  return name !== undefined && name.toLowerCase() === otherName?.toLowerCase();
}
