import { textAt, type JsonObject } from '../../../../src/values/json.ts';
import { created, invalid, NOTHING, NOT_FOUND, ok, refusal, type Answer } from '../answers.ts';
import { form } from '../forms.ts';
import { pageOf } from '../pages.ts';
import type { Ask, Comment, PullRequest } from '../state.ts';
import { appOf, user } from './people.ts';

const LONGEST_BODY = 65_536;
const LOCKED = 'Unable to create comment because issue is locked.';

/** Oldest first, and from `since` on. */
export function listComments(ask: Ask): Answer {
  const { repository, params, query } = ask;
  const number = Number(params['issue_number']);
  if (!repository.pullRequests.has(number)) {
    return NOT_FOUND;
  }
  const since = Date.parse(query['since'] ?? '1970-01-01T00:00:00Z');
  const found = [...repository.comments.values()]
    .filter(({ pullRequest, updatedAt }) => pullRequest === number && Date.parse(updatedAt) >= since)
    .toSorted((a, b) => a.id - b.id);
  const { items, headers } = pageOf(found, ask, `/issues/${number}/comments`);
  return ok(
    items.map((comment) => shape(comment, ask)),
    headers,
  );
}

export function getComment(ask: Ask): Answer {
  const found = commentOf(ask);
  return found === undefined ? NOT_FOUND : ok(shape(found, ask));
}

export function createComment(ask: Ask): Answer {
  const { repository, params, token } = ask;
  const pullRequest = repository.pullRequests.get(Number(params['issue_number']));
  if (pullRequest === undefined) {
    return NOT_FOUND;
  }
  const body = textAt(ask.body, 'body') ?? '';
  const refused = refusedFor(pullRequest, ask) ?? bodyProblem(body);
  if (refused !== undefined) {
    return refused;
  }
  const author = { login: token.login, kind: token.kind };
  const at = ask.now();
  const comment = { id: ask.nextId(), pullRequest: pullRequest.number, author, body, createdAt: at, updatedAt: at };
  repository.comments.set(comment.id, comment);
  return created(shape(comment, ask));
}

export function updateComment(ask: Ask): Answer {
  const { repository } = ask;
  const found = commentOf(ask);
  if (found === undefined) {
    return NOT_FOUND;
  }
  const body = textAt(ask.body, 'body') ?? '';
  const refused = refusedFor(repository.pullRequests.get(found.pullRequest), ask) ?? bodyProblem(body);
  if (refused !== undefined) {
    return refused;
  }
  const comment = { ...found, body, updatedAt: ask.now() };
  repository.comments.set(comment.id, comment);
  return ok(shape(comment, ask));
}

export function deleteComment(ask: Ask): Answer {
  const found = commentOf(ask);
  if (found === undefined) {
    return NOT_FOUND;
  }
  ask.repository.comments.delete(found.id);
  return NOTHING;
}

function commentOf({ repository, params }: Ask): Comment | undefined {
  return repository.comments.get(Number(params['comment_id']));
}

/** Where a conversation is locked, only people of the repository still write. */
function refusedFor(pullRequest: PullRequest | undefined, { token }: Ask): Answer | undefined {
  return pullRequest?.isLocked === true && token.kind !== 'user' ? refusal(403, LOCKED) : undefined;
}

function bodyProblem(body: string): Answer | undefined {
  if (body.trim() === '') {
    return invalid('IssueComment', 'data', 'Body cannot be blank', 'unprocessable');
  }
  return body.length > LONGEST_BODY
    ? invalid('IssueComment', 'data', `Body is too long (maximum is ${LONGEST_BODY} characters)`, 'unprocessable')
    : undefined;
}

function shape({ id, pullRequest, author, body, createdAt, updatedAt }: Comment, { repository, url }: Ask): JsonObject {
  const { fullName } = repository;
  return form('issue-comment', {
    id,
    body,
    user: user(author),
    performed_via_github_app: appOf(author),
    author_association: author.kind === 'user' ? 'MEMBER' : 'NONE',
    created_at: createdAt,
    updated_at: updatedAt,
    url: `${url}/repos/${fullName}/issues/comments/${id}`,
    html_url: `https://github.com/${fullName}/pull/${pullRequest}#issuecomment-${id}`,
    issue_url: `${url}/repos/${fullName}/issues/${pullRequest}`,
  });
}
