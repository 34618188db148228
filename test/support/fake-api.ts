import type { ApiAnswer, KubeApi } from '../../src/kube/api.ts';
import { openStream } from './streams.ts';

export type ApiAnswers = Readonly<Record<string, unknown>>;

/**
 * An API server that knows what it is told, by "METHOD path" or, for a GET, by the path alone; everything else is not found. A path
 * without its query is the answer to every query. An object with `kind: Status` is answered with its code; text is answered as text; an
 * Error is thrown. What "WATCH path" has is the list of the lines of a watch, which then stays silent; without it, it is silent at once.
 */
export function fakeApi(answers: ApiAnswers): KubeApi & { readonly requests: readonly string[] } {
  const requests: string[] = [];
  const answerTo = (method: string, path: string): unknown =>
    answers[`${method} ${path}`] ?? (method === 'GET' ? answers[path] : undefined);
  return {
    requests,
    request: async ({ method, path }) => {
      requests.push(`${method} ${path}`);
      const found = answerTo(method, path) ?? answerTo(method, path.split('?')[0] ?? '');
      if (found instanceof Error) {
        throw found;
      }
      return answerOf(found ?? { kind: 'Status', message: 'not found', code: 404 });
    },
    watch: async (path, stop) => {
      requests.push(`WATCH ${path}`);
      const lines = answerTo('WATCH', path) ?? answerTo('WATCH', path.split('?')[0] ?? '');
      return openStream(Array.isArray(lines) ? lines : [], stop);
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
