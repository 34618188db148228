import { textAt, type JsonObject } from '../../../../src/values/json.ts';
import { created, NOTHING, NOT_FOUND, ok, refusal, type Answer } from '../answers.ts';
import { form } from '../forms.ts';
import { commitOf, type Ask } from '../state.ts';
import { ancestorsOf } from './repositories.ts';

/** References of git. In a path they stand without "refs/", in a body with it. */

export function getRef(ask: Ask): Answer {
  const ref = nameOf(ask);
  const sha = ask.repository.refs.get(ref);
  return sha === undefined ? NOT_FOUND : ok(shape(ref, sha));
}

export function createRef({ repository, body }: Ask): Answer {
  const ref = textAt(body, 'ref') ?? '';
  const sha = commitOf(repository, textAt(body, 'sha') ?? '');
  if (!/^refs\/.+\/.+/.test(ref)) {
    return refusal(422, 'Reference name must start with "refs/" and have at least two slashes.');
  }
  if (sha === undefined) {
    return refusal(422, 'Object does not exist');
  }
  if (repository.refs.has(ref)) {
    return refusal(422, 'Reference already exists');
  }
  repository.refs.set(ref, sha);
  return created(shape(ref, sha));
}

/** Only forward, unless `force` is said. */
export function updateRef(ask: Ask): Answer {
  const { repository, body } = ask;
  const ref = nameOf(ask);
  const before = repository.refs.get(ref);
  const sha = commitOf(repository, textAt(body, 'sha') ?? '');
  if (before === undefined) {
    return refusal(422, 'Reference does not exist');
  }
  if (sha === undefined) {
    return refusal(422, 'Object does not exist');
  }
  if (body['force'] !== true && !ancestorsOf(sha, repository).has(before)) {
    return refusal(422, 'Update is not a fast forward');
  }
  repository.refs.set(ref, sha);
  return ok(shape(ref, sha));
}

export function deleteRef(ask: Ask): Answer {
  return ask.repository.refs.delete(nameOf(ask)) ? NOTHING : refusal(422, 'Reference does not exist');
}

const nameOf = ({ params }: Ask): string => `refs/${params['ref'] ?? ''}`;

function shape(ref: string, sha: string): JsonObject {
  return form('git-ref', { ref, object: { type: 'commit', sha, url: '' } });
}
