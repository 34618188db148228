import { DeployError, messageOf } from '../errors.ts';
import type { Exec, Http, HttpAnswer, HttpRequest, HttpTarget } from '../ports.ts';
import { isJsonObject, textAt, type JsonObject } from '../values/json.ts';
import { kubectlCommand, type Kubectl } from './kubectl.ts';

const REQUEST_TIMEOUT_SECONDS = 15;

/** Reads (and dry runs) against the API server. An answer with any status is an answer; no answer is `cluster-unreachable`. */
export type KubeApi = {
  request(request: Omit<HttpRequest, 'timeoutSeconds'>): Promise<ApiAnswer>;
  close(): Promise<void>;
};

export type ApiAnswer = { readonly status: number; readonly body: unknown; readonly text: string };

/**
 * One `kubectl proxy` on a private socket: it speaks every kubeconfig that kubectl speaks (exec plugins, refreshed tokens, proxies)
 * and keeps one TLS connection.
 */
export async function openApi(kubectl: Kubectl, socketPath: string, exec: Exec, http: Http): Promise<KubeApi> {
  const args = ['proxy', `--unix-socket=${socketPath}`, '--append-server-path'];
  const proxy = await exec.start(kubectlCommand(kubectl, args), 'Starting to serve');
  const target: HttpTarget = { kind: 'socket', socketPath };
  return {
    request: async (request) => readAnswer(await send(http, target, request)),
    close: async () => proxy.stop(),
  };
}

async function send(http: Http, target: HttpTarget, request: Omit<HttpRequest, 'timeoutSeconds'>): Promise<HttpAnswer> {
  try {
    return await http.request(target, { ...request, timeoutSeconds: REQUEST_TIMEOUT_SECONDS });
  } catch (error) {
    // Told to stop: that says nothing about the server.
    throw error instanceof DeployError ? error : unreachable(messageOf(error), error);
  }
}

/** kubectl proxy answers 500 or 502 in plain text when it could not reach the server (kubectl proxy_server.go, responder.Error). */
function readAnswer(answer: HttpAnswer): ApiAnswer {
  const isJson = answer.headers['content-type']?.includes('json') === true;
  if (!isJson && (answer.status === 500 || answer.status === 502)) {
    throw transportFailure(answer.body.trim().split('\n')[0] ?? '');
  }
  return { status: answer.status, body: isJson ? parseJson(answer.body) : undefined, text: answer.body };
}

function transportFailure(message: string): DeployError {
  if (/getting credentials|exec plugin|executable .* (failed|not found)/i.test(message)) {
    return new DeployError('credentials-rejected', `The kubeconfig's credential plugin failed: ${message}`, {
      hint: 'Run the login step of the cloud provider before this action, in the same job.',
    });
  }
  return unreachable(message, undefined);
}

function unreachable(message: string, cause: unknown): DeployError {
  return new DeployError('cluster-unreachable', `The API server does not answer: ${message}`, {
    hint: 'Check the server address in the kubeconfig and that the runner may reach it (firewall, VPN, private cluster).',
    cause,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

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
