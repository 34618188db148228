import type { JsonObject } from '../../../../src/values/json.ts';
import { NOT_FOUND, ok, type Answer } from '../answers.ts';
import { form } from '../forms.ts';
import { commitOf, type Ask, type Repository } from '../state.ts';
import { named } from './people.ts';

const MOST_COMMITS_OF_A_PAGE = 250;

export function getRepository({ repository }: Ask): Answer {
  return ok(form('full-repository', about(repository)));
}

function about({ id, fullName, isPublic, defaultBranch }: Repository): JsonObject {
  const [owner = '', name = ''] = fullName.split('/');
  return {
    id,
    name,
    full_name: fullName,
    owner: named(owner),
    private: !isPublic,
    visibility: isPublic ? 'public' : 'private',
    default_branch: defaultBranch,
    html_url: `https://github.com/${fullName}`,
  };
}

/** A repository as a part of something else: the head of a pull request may be of another one than the base. */
export function repositoryPart(repository: Repository, fullName: string): JsonObject {
  const id = repository.fullName === fullName ? repository.id : repository.id + 1;
  const isFork = repository.fullName !== fullName;
  return form('repository', { ...about({ ...repository, id, fullName }), fork: isFork });
}

/** `ahead_by` counts the ancestors of head, itself too, that are not among those of base; `behind_by` the other way round. */
export function compareCommits({ repository, params, query }: Ask): Answer {
  const [base, head] = (params['basehead'] ?? '').split('...').map((ref) => commitOf(repository, ref));
  if (base === undefined || head === undefined) {
    return NOT_FOUND;
  }
  const ofBase = ancestorsOf(base, repository);
  const ofHead = ancestorsOf(head, repository);
  const ahead = [...ofHead].filter((commit) => !ofBase.has(commit));
  const behind = [...ofBase].filter((commit) => !ofHead.has(commit));
  const perPage = Math.min(Number(query['per_page'] ?? 100), MOST_COMMITS_OF_A_PAGE);
  const page = Number(query['page'] ?? 1);
  return ok(
    form('commit-comparison', {
      base_commit: form('commit', { sha: base }),
      merge_base_commit: form('commit', { sha: [...ofHead].find((commit) => ofBase.has(commit)) ?? base }),
      status: statusOf(ahead.length, behind.length),
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: ahead.slice((page - 1) * perPage, page * perPage).map((sha) => form('commit', { sha })),
      ...(page === 1 ? { files: [] } : {}),
    }),
  );
}

function statusOf(ahead: number, behind: number): string {
  if (ahead === 0) {
    return behind === 0 ? 'identical' : 'behind';
  }
  return behind === 0 ? 'ahead' : 'diverged';
}

/** The commit itself and all that it was made from. */
export function ancestorsOf(commit: string, { commits }: Repository): ReadonlySet<string> {
  const found = new Set([commit]);
  for (const one of found) {
    (commits.get(one) ?? []).forEach((parent) => found.add(parent));
  }
  return found;
}
