import { DeployError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { ApiAnswer, KubeApi } from './api.ts';
import type { Reachability } from './collection.ts';

/** An outage begins with the first failure after something was heard, and ends with the next that is heard. */
export function createReachability(clock: Clock): Reachability {
  let lost: { readonly sinceMilliseconds: number; readonly message: string } | undefined;
  return {
    heard: () => {
      lost = undefined;
    },
    lost: (message) => {
      lost = { sinceMilliseconds: lost?.sinceMilliseconds ?? clock.elapsed(), message };
    },
    outage: () => lost && { seconds: (clock.elapsed() - lost.sinceMilliseconds) / 1000, message: lost.message },
  };
}

/** The same API, whose requests tell what they hear. Watches are told of by whoever reads them. */
export function tellingApi(api: KubeApi, reachability: Reachability): KubeApi {
  return {
    ...api,
    request: async (request) => {
      try {
        const answer = await api.request(request);
        tellAnswer(answer, reachability);
        return answer;
      } catch (error) {
        if (error instanceof DeployError && error.code !== 'cancelled') {
          reachability.lost(error.message);
        }
        throw error;
      }
    },
  };
}

/** A 500 may also be about one thing only, such as the log of a pod whose node is away. */
function tellAnswer({ status, text }: ApiAnswer, reachability: Reachability): void {
  if (status < 500 && status !== 401 && status !== 429) {
    reachability.heard();
  } else if (status !== 500) {
    reachability.lost(`HTTP ${status}: ${text.slice(0, 200)}`);
  }
}
