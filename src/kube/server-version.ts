import { DeployError } from '../errors.ts';
import type { Clock, Http } from '../ports.ts';
import { isJsonObject, textAt } from '../values/json.ts';
import { failureOfAnswer, type KubeApi } from './api.ts';
import type { ClusterAccess } from './kubeconfig.ts';

const RETRY_MILLISECONDS = [500, 1500] as const;

/** The server's version, for example "v1.34.4". The first request of a run: it waits out a restart of the API server of two seconds. */
export async function readServerVersion(api: KubeApi, clock: Clock): Promise<string> {
  for (const pause of [...RETRY_MILLISECONDS, undefined]) {
    try {
      const answer = await api.request({ method: 'GET', path: '/version' });
      const version = textAt(answer.body, 'gitVersion');
      if (version !== undefined) {
        return version;
      }
      throw failureOfAnswer(answer, 'read /version');
    } catch (error) {
      if (pause === undefined || !(error instanceof DeployError) || error.code !== 'cluster-unreachable') {
        throw error;
      }
      await clock.sleep(pause);
    }
  }
  throw new Error('unreachable: the last attempt returns or throws');
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
