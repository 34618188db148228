import type { JsonObject } from '../../../../src/values/json.ts';
import { NOT_ACCESSIBLE, ok, refusal, type Answer } from '../answers.ts';
import { form } from '../forms.ts';
import type { Account, Ask } from '../state.ts';

/** Who speaks, as GitHub shows it. */
export function user({ login, kind }: Account): JsonObject {
  return form('simple-user', person(login, kind));
}

/** Somebody of whom only the name is known. */
export function named(login: string): JsonObject {
  return form('simple-user', person(login, login.endsWith('[bot]') ? 'app' : 'user'));
}

function person(login: string, kind: Account['kind']): JsonObject {
  const [name = ''] = login.split('[');
  const html = kind === 'user' ? `https://github.com/${login}` : `https://github.com/apps/${name}`;
  return { id: idOf(login), login, type: kind === 'user' ? 'User' : 'Bot', html_url: html };
}

/** The app through which something was written; null for people. */
export function appOf({ login, kind }: Account): JsonObject | null {
  const [slug = ''] = login.split('[');
  const name = kind === 'job' ? 'GitHub Actions' : slug;
  return kind === 'user' ? null : form('nullable-integration', { id: idOf(slug), slug, name, owner: named(slug) });
}

/** The same for the same name, and as GitHub has it for its own bot. */
function idOf(name: string): number {
  return name === 'github-actions[bot]' ? 41_898_282 : name.length * 1000 + (name.codePointAt(0) ?? 0);
}

export function getUser({ token }: Ask): Answer {
  return token.kind === 'user'
    ? ok(form('private-user', { ...person(token.login, 'user'), user_view_type: 'private' }))
    : refusal(403, NOT_ACCESSIBLE);
}

export function getRateLimit(): Answer {
  const rate = { limit: 1000, used: 1, remaining: 999, reset: 1_800_000_000 };
  return ok(form('rate-limit-overview', { rate, resources: { core: rate, search: rate } }));
}
