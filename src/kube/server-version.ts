import { DeployError } from '../errors.ts';
import type { Http } from '../http.ts';
import type { Clock } from '../ports.ts';
import { isJsonObject, textAt } from '../values/json.ts';
import { failureOfAnswer, type KubeApi } from './api.ts';
import type { ClusterAccess } from './kubeconfig.ts';

const ASK_AGAIN_MILLISECONDS = 1000;

/** A restart of the API server takes about two seconds; one that answers nothing at all must not hold the job for long. */
const PATIENCE_MILLISECONDS = 4000;

/** The server's version, for example "v1.34.4". It is the first request of a run, and asked again for some seconds when the server is away. */
export async function readServerVersion(api: KubeApi, clock: Clock): Promise<string> {
  const deadline = clock.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    try {
      return await askServerVersion(api);
    } catch (error) {
      const isAway = error instanceof DeployError && error.code === 'cluster-unreachable';
      if (!isAway || clock.now() + ASK_AGAIN_MILLISECONDS > deadline) {
        throw error;
      }
      await clock.sleep(ASK_AGAIN_MILLISECONDS);
    }
  }
}

async function askServerVersion(api: KubeApi): Promise<string> {
  const answer = await api.request({ method: 'GET', path: '/version' });
  const version = textAt(answer.body, 'gitVersion');
  if (version === undefined) {
    throw failureOfAnswer(answer, 'read /version');
  }
  return version;
}

/**
 * The server's version before there is a kubectl: `/version` is open to everybody in a default cluster (ClusterRole
 * system:public-info-viewer). Undefined when it is not, or when the server cannot be spoken to directly.
 */
export async function askServerVersionDirectly(access: ClusterAccess, http: Http): Promise<string | undefined> {
  try {
    const target = {
      kind: 'tls',
      origin: new URL(access.server).origin,
      ca: access.ca,
      skipVerify: access.skipVerify,
      serverName: access.serverName,
    } as const;
    const base = new URL(access.server).pathname.replace(/\/$/, '');
    const answer = await http.request(target, { method: 'GET', path: `${base}/version`, timeoutSeconds: 5 });
    const body: unknown = JSON.parse(answer.body);
    return isJsonObject(body) ? textAt(body, 'gitVersion') : undefined;
  } catch {
    return undefined;
  }
}
