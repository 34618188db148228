import { type JsonObject } from '../../../src/values/json.ts';

/** What a request is answered with. Without a body nothing is sent, not even "null". */
export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
};

const DOCUMENTATION = 'https://docs.github.com/rest';

export const NOT_ACCESSIBLE = 'Resource not accessible by integration';

export const ok = (body: unknown, headers?: Answer['headers']): Answer => ({ status: 200, body, headers });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const NOTHING: Answer = { status: 204 };
export const NOT_FOUND: Answer = refusal(404, 'Not Found');

/** As GitHub words a refusal: the status stands in the body too, as a text. */
export function refusal(status: number, message: string, more: JsonObject = {}): Answer {
  return { status, body: { message, ...more, documentation_url: DOCUMENTATION, status: String(status) } };
}

/** A value that GitHub does not take, as the models of its API tell it. */
export function invalid(resource: string, field: string, message: string, code = 'custom'): Answer {
  return refusal(422, 'Validation Failed', { errors: [{ resource, code, field, message }] });
}
