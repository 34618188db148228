import type { GitHubAccess } from '../values/github.ts';
import { jittered } from '../values/jitter.ts';
import { numberAt, textAt, type JsonObject } from '../values/json.ts';
import { askGitHub, type GitHubPorts, type GitHubResult, type Trouble } from './ask.ts';
import { allPages } from './pages.ts';
import { pause } from './pause.ts';
import { readSpeaker } from './speaker.ts';
import { untold, type Told } from './told.ts';

export type { Told } from './told.ts';

/** What is said on a pull request. `key` is one line without "-->"; `body` is Markdown of at most COMMENT_LIMIT letters. */
export type KeptComment = {
  readonly pullRequest: number;
  readonly key: string;
  readonly body: string;
  /** False: a comment that is there is kept up to date, and none is made. */
  readonly isNewWelcome?: boolean | undefined;
};

/** UTF-16 code units. GitHub takes 65,536 characters; the rest is for the marker. */
export const COMMENT_LIMIT = 65_000;

const COMMENTS = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const COMMENT = '/repos/{owner}/{repo}/issues/comments/{comment_id}';
const PAUSES_SECONDS = [2, 5, 0] as const;

/**
 * Keeps one comment on a pull request up to date: the newest that begins with the marker of the key and is of the same author as this token's
 * are. Others are left alone, whatever they say. A comment that may have been made, though GitHub did not answer, is looked for before
 * another is made.
 */
export async function keepComment(access: GitHubAccess, comment: KeptComment, ports: GitHubPorts): Promise<Told> {
  if (comment.body.length > COMMENT_LIMIT) {
    return { kind: 'untold', why: `the comment has ${comment.body.length} letters, GitHub takes ${COMMENT_LIMIT}` };
  }
  const body = `${markerOf(comment.key)}\n${comment.body}`;
  let result: GitHubResult = { kind: 'missing' };
  for (const pauseSeconds of PAUSES_SECONDS) {
    const found = await findOwn(access, comment, ports);
    if (found.kind === 'trouble') {
      return untold(found.trouble);
    }
    if (found.kind === 'found' && isSame(textAt(found.comment, 'body') ?? '', body)) {
      return { kind: 'told', url: textAt(found.comment, 'html_url') };
    }
    if (found.kind === 'none' && comment.isNewWelcome === false) {
      return { kind: 'told', url: undefined };
    }
    result = await write(access, comment.pullRequest, found, body, ports);
    if (result.kind === 'ok') {
      return { kind: 'told', url: textAt(result.body, 'html_url') };
    }
    const wait = jittered(pauseSeconds, ports.clock.random());
    if (!isWorthAnotherLook(result, found) || !(await pause(wait, ports))) {
      return untold(result);
    }
  }
  return untold(result);
}

type Found =
  | { readonly kind: 'found'; readonly comment: JsonObject }
  | { readonly kind: 'none' }
  | { readonly kind: 'trouble'; readonly trouble: Trouble };

/** Who the author has to be is only asked when there is something to compare with. */
async function findOwn(access: GitHubAccess, { pullRequest, key }: KeptComment, ports: GitHubPorts): Promise<Found> {
  const all = await allPages(access, `GET ${COMMENTS}`, { issue_number: pullRequest }, ports);
  if (all.kind !== 'ok') {
    return { kind: 'trouble', trouble: all };
  }
  const marked = all.items.filter((item) => firstLineOf(textAt(item, 'body') ?? '') === markerOf(key));
  if (marked.length === 0) {
    return { kind: 'none' };
  }
  const speaker = await readSpeaker(access, ports);
  if (speaker.kind !== 'known') {
    return { kind: 'trouble', trouble: speaker };
  }
  const own = marked.findLast((item) => textAt(item, 'user', 'login')?.toLowerCase() === speaker.login.toLowerCase());
  return own === undefined ? { kind: 'none' } : { kind: 'found', comment: own };
}

async function write(
  access: GitHubAccess,
  pullRequest: number,
  found: Exclude<Found, { readonly kind: 'trouble' }>,
  body: string,
  ports: GitHubPorts,
): Promise<GitHubResult> {
  return found.kind === 'found'
    ? askGitHub(access, `PATCH ${COMMENT}`, { comment_id: numberAt(found.comment, 'id'), body }, ports)
    : askGitHub(access, `POST ${COMMENTS}`, { issue_number: pullRequest, body }, ports);
}

/** It may be there by now, or, when it was to be changed, be gone. */
function isWorthAnotherLook(result: Trouble, found: Found): boolean {
  return found.kind === 'found' ? result.kind === 'missing' : result.kind === 'unavailable' && result.mayBeDone;
}

function markerOf(key: string): string {
  return `<!-- k8s-deploy: ${key} -->`;
}

function firstLineOf(text: string): string {
  return (text.split('\n', 1)[0] ?? '').trim();
}

/** GitHub is free to keep line ends and trailing spaces in its own way. */
function isSame(one: string, other: string): boolean {
  return withoutSpaces(one) === withoutSpaces(other);
}

function withoutSpaces(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}
