import type { Http, HttpTarget } from '../http.ts';
import type { Exec } from '../ports.ts';
import { asUnreachable, readAnswer, readStream, textOf } from './answers.ts';
import type { KubeApi } from './api.ts';
import type { Kubectl } from './kubectl.ts';
import { startProxy, type Proxy } from './proxy.ts';

const REQUEST_TIMEOUT_SECONDS = 15;

/**
 * One `kubectl proxy` on a private socket: it speaks every kubeconfig that kubectl speaks (exec plugins, refreshed tokens, proxies)
 * and keeps one TLS connection. One that dies is replaced at the next request.
 */
export async function openApi(kubectl: Kubectl, socketPath: string, exec: Exec, http: Http): Promise<KubeApi> {
  const proxy = await startProxy(kubectl, socketPath, exec);
  const target: HttpTarget = { kind: 'socket', socketPath };
  const timeoutSeconds = REQUEST_TIMEOUT_SECONDS;
  const request: KubeApi['request'] = async (asked) =>
    readAnswer(await through(proxy, async () => http.request(target, { ...asked, timeoutSeconds })));
  const watch: KubeApi['watch'] = async (path, stop) =>
    readStream(await through(proxy, async () => http.stream(target, { path, timeoutSeconds }, stop)));
  return {
    // After a 401 kubectl gets new credentials for the next request (client-go exec.go, roundTripper).
    request: async (asked) => {
      const answer = await request(asked);
      return answer.status === 401 ? request(asked) : answer;
    },
    watch: async (path, stop) => {
      const answer = await watch(path, stop);
      if (answer.status !== 401) {
        return answer;
      }
      await textOf(answer.lines);
      return watch(path, stop);
    },
    close: async () => proxy.close(),
  };
}

async function through<Answer>(proxy: Proxy, send: () => Promise<Answer>): Promise<Answer> {
  const child = await proxy.running();
  try {
    return await send();
  } catch (error) {
    if (!isNobodyListening(error)) {
      throw asUnreachable(error);
    }
  }
  await proxy.abandon(child);
  await proxy.running();
  return send().catch((error: unknown) => {
    throw asUnreachable(error);
  });
}

/** The proxy is gone, and the request has gone nowhere: it may be sent again. */
function isNobodyListening(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT');
}
