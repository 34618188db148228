import type { JsonObject } from '../../../../src/values/json.ts';
import { NOT_FOUND, ok, type Answer } from '../answers.ts';
import { form } from '../forms.ts';
import { pageOf } from '../pages.ts';
import { commitOf, type Ask, type PullRequest, type Repository } from '../state.ts';
import { named } from './people.ts';
import { repositoryPart } from './repositories.ts';

const TIME = '2026-01-01T00:00:00Z';

/** Newest first; `state` is open unless said otherwise, `head` is "owner:branch". */
export function listPullRequests(ask: Ask): Answer {
  const { repository, query } = ask;
  const { state = 'open', head, base, direction } = query;
  const found = [...repository.pullRequests.values()]
    .filter((one) => state === 'all' || one.state === state)
    .filter((one) => base === undefined || one.base === base)
    .filter((one) => head === undefined || head === `${one.head.repository?.split('/')[0] ?? ''}:${one.head.ref}`)
    .toSorted((a, b) => (direction === 'asc' ? a.number - b.number : b.number - a.number));
  const { items, headers } = pageOf(found, ask, '/pulls');
  return ok(
    items.map((one) => form('pull-request-simple', shape(one, repository))),
    headers,
  );
}

export function getPullRequest({ repository, params }: Ask): Answer {
  const found = repository.pullRequests.get(Number(params['pull_number']));
  return found === undefined
    ? NOT_FOUND
    : ok(form('pull-request', { ...shape(found, repository), merged: found.isMerged }));
}

/** The pull requests that a commit is the head of. */
export function listPullRequestsOfCommit(ask: Ask): Answer {
  const { repository, params } = ask;
  const sha = params['commit_sha'] ?? '';
  const all = [...repository.pullRequests.values()];
  if (commitOf(repository, sha) === undefined && all.every(({ head }) => head.sha !== sha)) {
    return NOT_FOUND;
  }
  const { items, headers } = pageOf(
    all.filter(({ head }) => head.sha === sha),
    ask,
    `/commits/${sha}/pulls`,
  );
  return ok(
    items.map((one) => form('pull-request-simple', shape(one, repository))),
    headers,
  );
}

/** Every pull request is an issue, too; there are no others here. */
export function getIssue({ repository, params }: Ask): Answer {
  const found = repository.pullRequests.get(Number(params['issue_number']));
  if (found === undefined) {
    return NOT_FOUND;
  }
  const { number, title, state, isLocked, author } = found;
  const url = `https://github.com/${repository.fullName}/pull/${number}`;
  const link = { url, html_url: url, diff_url: `${url}.diff`, patch_url: `${url}.patch` };
  const labels = labelsOf(found);
  const comments = [...repository.comments.values()].filter(({ pullRequest }) => pullRequest === number).length;
  return ok(
    form('issue', {
      id: number,
      number,
      title,
      state,
      locked: isLocked,
      user: named(author),
      labels,
      comments,
      html_url: url,
      pull_request: link,
    }),
  );
}

export function listLabels(ask: Ask): Answer {
  const found = ask.repository.pullRequests.get(Number(ask.params['issue_number']));
  if (found === undefined) {
    return NOT_FOUND;
  }
  const { items, headers } = pageOf(labelsOf(found), ask, `/issues/${found.number}/labels`);
  return ok(items, headers);
}

function shape(one: PullRequest, repository: Repository): JsonObject {
  const isClosed = one.state === 'closed';
  return {
    id: one.number,
    number: one.number,
    title: one.title,
    state: one.state,
    locked: one.isLocked,
    draft: one.isDraft,
    user: named(one.author),
    labels: labelsOf(one),
    created_at: TIME,
    updated_at: TIME,
    closed_at: isClosed ? TIME : null,
    merged_at: one.isMerged ? TIME : null,
    html_url: `https://github.com/${repository.fullName}/pull/${one.number}`,
    head: { ...side(one.head.ref, one.head.sha, one.head.repository, repository), ...gone(one) },
    base: side(one.base, repository.refs.get(`refs/heads/${one.base}`) ?? '', repository.fullName, repository),
  };
}

/** A fork that was deleted: whose it was is still there. */
function gone({ head, author }: PullRequest): JsonObject {
  return head.repository === undefined ? { label: `unknown:${head.ref}`, user: named(author) } : {};
}

function side(ref: string, sha: string, fullName: string | undefined, repository: Repository): JsonObject {
  const owner = fullName?.split('/')[0];
  return {
    label: `${owner ?? 'unknown'}:${ref}`,
    ref,
    sha,
    user: owner === undefined ? null : named(owner),
    repo: fullName === undefined ? null : repositoryPart(repository, fullName),
  };
}

function labelsOf({ labels }: PullRequest): readonly JsonObject[] {
  return labels.map((name) => form('label', { name, color: 'ededed', description: '' }));
}
