import { objectsAt, textAt, valueAt } from '../values/json.ts';
import { resolveCommit, type RunEvent } from './commit.ts';
import { isRunOfFork, pullRequestOfEvent, type EventPullRequest } from './event-pull-request.ts';

/** What the runner says beside the event. */
export type EventSurroundings = {
  /** GITHUB_REF; empty when the runner does not say. */
  readonly ref: string;
  /** GITHUB_ACTOR: whose rights the run has, also when somebody else starts it again. */
  readonly actor: string;
  /** GITHUB_RUN_ATTEMPT: "1". */
  readonly runAttempt: string;
};

/**
 * `restricted`: a run without secrets and with a token that may only read; what it has may be built, and neither pushed nor deployed. `untrusted`:
 * somebody else's commit in a run that has secrets.
 */
export type Trust = 'trusted' | 'restricted' | 'untrusted';

/** What is deployed by an event, and how far it may go. */
export type EventFacts = {
  /** The commit that is deployed. */
  readonly sha: string;
  /**
   * What a deployment on GitHub is made of: the name of the branch or tag that the run is of, as long as that is what is deployed; else the commit.
   * It is the commit, too, where the name may lead elsewhere: for pull requests (the branch of a fork is not in this repository), for
   * merge groups (their branch goes away), and for runs that are started again. A branch may move on at any time: whoever makes something of its
   * name has to look whether it is at `sha`.
   */
  readonly ref: string;
  readonly pullRequest: EventPullRequest | undefined;
  readonly trust: Trust;
  /** Why it is not trusted, as a clause: "the pull request comes from a fork, …". */
  readonly whyNot: string | undefined;
  /** The event is about another repository's commits, though this one is deployed: then the workspace has to be at this one. */
  readonly isStrangers: boolean;
};

const NO_SECRETS = 'so this run has no secrets and must not push or deploy';
const DEPENDABOT = 'dependabot[bot]';

/** Events of a pull request whose runs have what its author may have. */
const EVENTS_OF_AUTHORS: readonly string[] = ['pull_request', 'pull_request_review', 'pull_request_review_comment'];

/** Reads the event. `wished` is the input sha. Throws `commit-unknown`. */
export function resolveEvent(wished: string | undefined, event: RunEvent, surroundings: EventSurroundings): EventFacts {
  return factsOf(resolveCommit(wished, event), event, surroundings);
}

/** The same for what deploys nothing, and so needs no commit: where the event is about none, it is GITHUB_SHA. */
export function resolveAnyEvent(
  wished: string | undefined,
  event: RunEvent,
  surroundings: EventSurroundings,
): EventFacts {
  try {
    return resolveEvent(wished, event, surroundings);
  } catch {
    return factsOf(event.sha, event, surroundings);
  }
}

/** Why this run may build and must neither push nor deploy; undefined when it may. Known before any input is read. */
export function restrictionOf(event: RunEvent, { actor, ref }: EventSurroundings): string | undefined {
  if (EVENTS_OF_AUTHORS.includes(event.name)) {
    // Without a number there is no pull request to be sure of.
    return pullRequestOfEvent(event)?.isFork !== false
      ? `the pull request comes from a fork, ${NO_SECRETS}`
      : actor === DEPENDABOT
        ? `the pull request is Dependabot's, ${NO_SECRETS}`
        : undefined;
  }
  // What Dependabot pushes to other branches was merged by somebody: to deploy nothing there, and be green, would be a lie.
  const isOwnBranch = event.name === 'push' && ref.startsWith('refs/heads/dependabot/');
  return isOwnBranch && actor === DEPENDABOT ? `the branch is Dependabot's, ${NO_SECRETS}` : undefined;
}

function factsOf(sha: string, event: RunEvent, surroundings: EventSurroundings): EventFacts {
  const restriction = restrictionOf(event, surroundings);
  const distrust = distrustOf(event);
  const ownCommit = sha === event.sha;
  const isUntrusted = distrust !== undefined && !ownCommit;
  return {
    sha,
    ref: refOf(sha, event, surroundings),
    pullRequest: pullRequestOfEvent(event),
    trust: isUntrusted ? 'untrusted' : restriction === undefined ? 'trusted' : 'restricted',
    whyNot: isUntrusted ? distrust : restriction,
    isStrangers: distrust !== undefined && ownCommit,
  };
}

/** Whose commits a run with secrets would deploy, when they are not this repository's; GITHUB_SHA always is. */
function distrustOf(event: RunEvent): string | undefined {
  switch (event.name) {
    case 'pull_request_target':
      return pullRequestOfEvent(event)?.isFork !== false ? 'the pull request comes from a fork' : undefined;
    case 'workflow_run':
      return isRunOfFork(event.payload) ? 'the workflow run is of a fork' : undefined;
    case 'issue_comment':
      return 'a comment does not say whose commit this is';
    case 'check_run':
    case 'check_suite':
    case 'status':
      return isOnOwnBranch(event)
        ? undefined
        : `the ${event.name} is of a commit that is on no branch of this repository`;
    default:
      return undefined;
  }
}

/**
 * Whether the commit of a check or of a commit status is on a branch of this repository: GitHub names none for those that were pushed to a fork
 * (docs.github.com, webhook payloads of check_run, check_suite and status).
 */
function isOnOwnBranch({ name, payload }: RunEvent): boolean {
  return name === 'status'
    ? objectsAt(payload, 'branches').length > 0
    : (textAt(name === 'check_run' ? valueAt(payload, 'check_run') : payload, 'check_suite', 'head_branch') ?? '') !==
        '';
}

function refOf(sha: string, event: RunEvent, { ref, runAttempt }: EventSurroundings): string {
  const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  const mayHaveMoved = kind === 'heads' && (event.name === 'merge_group' || Number(runAttempt) > 1);
  return name === undefined || sha !== event.sha || mayHaveMoved ? sha : name;
}
