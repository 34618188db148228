import { textAt, type JsonObject } from '../../../../src/values/json.ts';
import { created, NOTHING, NOT_FOUND, ok, refusal, type Answer } from '../answers.ts';
import { form } from '../forms.ts';
import { pageOf } from '../pages.ts';
import { commitOf, type Ask, type Release } from '../state.ts';
import { user } from './people.ts';

/** Newest first. Whoever may only read does not see drafts. */
export function listReleases(ask: Ask): Answer {
  const found = [...ask.repository.releases.values()].filter((release) => isVisible(release, ask)).toReversed();
  const { items, headers } = pageOf(found, ask, '/releases');
  return ok(
    items.map((release) => shape(release, ask)),
    headers,
  );
}

/** A draft has a tag in name only: it is not found by it. */
export function getReleaseByTag(ask: Ask): Answer {
  const found = [...ask.repository.releases.values()].find(({ tag, isDraft }) => !isDraft && tag === ask.params['tag']);
  return found === undefined ? NOT_FOUND : ok(shape(found, ask));
}

export function getLatestRelease(ask: Ask): Answer {
  const found = [...ask.repository.releases.values()].findLast(
    ({ isDraft, isPrerelease }) => !isDraft && !isPrerelease,
  );
  return found === undefined ? NOT_FOUND : ok(shape(found, ask));
}

export function getRelease(ask: Ask): Answer {
  const found = releaseOf(ask);
  return found === undefined || !isVisible(found, ask) ? NOT_FOUND : ok(shape(found, ask));
}

export function createRelease(ask: Ask): Answer {
  const { token, repository } = ask;
  const base: Release = {
    id: ask.nextId(),
    tag: '',
    target: repository.defaultBranch,
    name: '',
    body: '',
    isDraft: false,
    isPrerelease: false,
    author: { login: token.login, kind: token.kind },
  };
  return store(base, ask, created);
}

export function updateRelease(ask: Ask): Answer {
  const found = releaseOf(ask);
  return found === undefined ? NOT_FOUND : store(found, ask, ok);
}

/** A release that is published has a tag: it is made from the target when there is none. */
function store(base: Release, ask: Ask, answer: (body: unknown) => Answer): Answer {
  const { repository, body } = ask;
  const release: Release = {
    ...base,
    tag: textAt(body, 'tag_name') ?? base.tag,
    target: textAt(body, 'target_commitish') ?? base.target,
    name: textAt(body, 'name') ?? base.name,
    body: textAt(body, 'body') ?? base.body,
    isDraft: typeof body['draft'] === 'boolean' ? body['draft'] : base.isDraft,
    isPrerelease: typeof body['prerelease'] === 'boolean' ? body['prerelease'] : base.isPrerelease,
  };
  if (!release.isDraft) {
    const name = `refs/tags/${release.tag}`;
    const sha = repository.refs.get(name) ?? commitOf(repository, release.target);
    const isTaken = [...repository.releases.values()].some(
      ({ id, tag, isDraft }) => id !== release.id && !isDraft && tag === release.tag,
    );
    if (sha === undefined || isTaken) {
      const [field, code] = isTaken ? ['tag_name', 'already_exists'] : ['target_commitish', 'invalid'];
      return refusal(422, 'Validation Failed', { errors: [{ resource: 'Release', code, field }] });
    }
    repository.refs.set(name, sha);
  }
  repository.releases.set(release.id, release);
  return answer(shape(release, ask));
}

/** The tag stays. */
export function deleteRelease(ask: Ask): Answer {
  return ask.repository.releases.delete(Number(ask.params['release_id'])) ? NOTHING : NOT_FOUND;
}

function releaseOf({ repository, params }: Ask): Release | undefined {
  return repository.releases.get(Number(params['release_id']));
}

const isVisible = ({ isDraft }: Release, { token }: Ask): boolean => !isDraft || token.permissions.contents === 'write';

function shape(
  { id, tag, target, name, body, isDraft, isPrerelease, author }: Release,
  { repository }: Ask,
): JsonObject {
  return form('release', {
    id,
    tag_name: tag,
    target_commitish: target,
    name,
    body,
    draft: isDraft,
    prerelease: isPrerelease,
    author: user(author),
    html_url: `https://github.com/${repository.fullName}/releases/tag/${tag}`,
  });
}
