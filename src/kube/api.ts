import { DeployError } from '../errors.ts';
import type { HttpRequest, StreamedAnswer } from '../http.ts';
import { isJsonObject, textAt, type JsonObject } from '../values/json.ts';

/**
 * Reads (and dry runs) against the API server. An answer with any status is an answer; no answer is `cluster-unreachable`, and a
 * credential plugin that fails is `credentials-rejected`.
 */
export type KubeApi = {
  request(request: Omit<HttpRequest, 'timeoutSeconds'>): Promise<ApiAnswer>;
  /** GET of something that goes on until `stop` is aborted. Its lines, too, throw `cluster-unreachable` when the connection breaks. */
  watch(path: string, stop: AbortSignal): Promise<StreamedAnswer>;
  close(): Promise<void>;
};

export type ApiAnswer = {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  /** The server's clock when it answered, to the second; milliseconds since the epoch. */
  readonly serverTimeMilliseconds?: number | undefined;
  /** How long the server wants to be left alone. */
  readonly retryAfterSeconds?: number | undefined;
};

/** The object in the body of a 2xx answer, undefined for 404; everything else throws. `what` completes "May not … ". */
export async function getObject(api: KubeApi, path: string, what: string): Promise<JsonObject | undefined> {
  const answer = await api.request({ method: 'GET', path });
  if (answer.status === 404) {
    return undefined;
  }
  if (answer.status < 300 && isJsonObject(answer.body)) {
    return answer.body;
  }
  throw failureOfAnswer(answer, what);
}

/** The text of the Status object in a refusal. */
export function statusMessage(answer: ApiAnswer): string {
  return textAt(answer.body, 'message') ?? (answer.text.trim() || `HTTP ${answer.status}`);
}

export function failureOfAnswer(answer: ApiAnswer, what: string): DeployError {
  const message = statusMessage(answer);
  if (answer.status === 401) {
    return new DeployError(
      'credentials-rejected',
      `The API server does not accept the credentials of the kubeconfig: ${message}`,
      {
        hint: 'The token or certificate may have expired.',
      },
    );
  }
  if (answer.status === 403) {
    return new DeployError('access-denied', `The kubeconfig's user may not ${what}: ${message}`, {
      hint: 'Give the user a Role that allows it, or use another kubeconfig.',
    });
  }
  return new DeployError('cluster-unreachable', `The API server could not ${what}: ${message}`);
}
