import type { ApiAnswer, KubeApi } from '../../src/kube/api.ts';

export type ApiAnswers = Readonly<Record<string, unknown>>;

/**
 * An API server that knows what it is told, by "METHOD path" or, for a GET, by the path alone; everything else is not found. An object with
 * `kind: Status` is answered with its code; text is answered as text; an Error is thrown.
 */
export function fakeApi(answers: ApiAnswers): KubeApi & { readonly requests: readonly string[] } {
  const requests: string[] = [];
  return {
    requests,
    request: async ({ method, path }) => {
      requests.push(`${method} ${path}`);
      const found = answers[`${method} ${path}`] ?? (method === 'GET' ? answers[path] : undefined);
      if (found instanceof Error) {
        throw found;
      }
      return answerOf(found ?? { kind: 'Status', message: 'not found', code: 404 });
    },
    close: async () => {},
  };
}

/** What the API client makes of a body. */
export function answerOf(body: unknown): ApiAnswer {
  if (typeof body === 'string') {
    return { status: 200, body: undefined, text: body };
  }
  return { status: statusOf(body), body, text: JSON.stringify(body) };
}

function statusOf(body: unknown): number {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'number' ? body.code : 200;
}
