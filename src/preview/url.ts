import { DeployError } from '../errors.ts';
import { getObject, type KubeApi } from '../kube/api.ts';
import { resourcePath, type Discovery } from '../kube/discovery.ts';
import type { Ports } from '../ports.ts';
import { objectsAt, type JsonObject } from '../values/json.ts';
import { NO_ADDRESSES, urlOf, type Address, type Addresses } from './address.ts';
import { routeAddresses } from './http-route.ts';
import { ingressAddresses } from './ingress.ts';
import { balancerAddresses } from './load-balancer.ts';

const GATEWAY_API = 'gateway.networking.k8s.io/v1';
const LONGEST_WAIT_SECONDS = 60;
const PAUSE_SECONDS = 3;

type UrlPorts = Pick<Ports, 'clock' | 'notify' | 'assertNotCancelled'>;

/**
 * Where the application of a namespace is found, by its Ingresses, else its HTTPRoutes, else its load balancers; always the same one of
 * several. A load balancer that is being made is waited for up to a minute, when there is nothing else. What the server does not have or
 * does not let us read is as if it were not there. Throws `cluster-unreachable` and `cancelled` only.
 */
export async function findUrl(
  namespace: string,
  api: KubeApi,
  discover: Discovery,
  ports: UrlPorts,
): Promise<string | undefined> {
  const until = ports.clock.elapsed() + LONGEST_WAIT_SECONDS * 1000;
  for (let isFirst = true; ; isFirst = false) {
    ports.assertNotCancelled();
    const { url, isPending } = await lookForUrl(namespace, { api, discover }, ports.clock.now());
    if (url !== undefined || !isPending || ports.clock.elapsed() >= until) {
      return url;
    }
    if (isFirst) {
      ports.notify({ kind: 'note', text: `the load balancer of ${namespace} has no address yet: it is waited for` });
    }
    await ports.clock.sleep(PAUSE_SECONDS * 1000);
  }
}

type Place = { readonly api: KubeApi; readonly discover: Discovery };

async function lookForUrl(
  namespace: string,
  place: Place,
  nowMilliseconds: number,
): Promise<{ readonly url: string | undefined; readonly isPending: boolean }> {
  const [ingresses, routes, services] = await Promise.all([
    listKind('networking.k8s.io/v1', 'Ingress', namespace, place),
    listKind(GATEWAY_API, 'HTTPRoute', namespace, place),
    listKind('v1', 'Service', namespace, place),
  ]);
  const kinds = [
    merged(ingresses.map((one) => ingressAddresses(one, nowMilliseconds))),
    merged(
      await Promise.all(
        routes.map(async (route) =>
          routeAddresses(route, async (where, name) => readGateway(where, name, place), nowMilliseconds),
        ),
      ),
    ),
    merged(services.map((service) => balancerAddresses(service, nowMilliseconds))),
  ];
  return {
    url: kinds.map(({ found }) => urlOf(found)).find((url) => url !== undefined),
    isPending: kinds.some(({ isPending }) => isPending),
  };
}

async function listKind(
  apiVersion: string,
  kind: string,
  namespace: string,
  { api, discover }: Place,
): Promise<readonly JsonObject[]> {
  return orElse([], async () => {
    const resource = await discover(apiVersion, kind);
    if (resource === undefined) {
      return [];
    }
    const answer = await api.request({ method: 'GET', path: resourcePath(resource, namespace) });
    return answer.status === 200 ? objectsAt(answer.body, 'items') : [];
  });
}

async function readGateway(namespace: string, name: string, { api, discover }: Place): Promise<JsonObject | undefined> {
  return orElse(undefined, async () => {
    const resource = await discover(GATEWAY_API, 'Gateway');
    const path = resource && resourcePath(resource, namespace, name);
    return path === undefined ? undefined : getObject(api, path, `read the Gateway ${name} in ${namespace}`);
  });
}

/** What may not be read is not there. */
async function orElse<Value>(otherwise: Value, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DeployError && (error.code === 'access-denied' || error.code === 'credentials-rejected')) {
      return otherwise;
    }
    throw error;
  }
}

function merged(all: readonly Addresses[]): Addresses {
  const found: readonly Address[] = all.flatMap((one) => one.found);
  return all.length === 0 ? NO_ADDRESSES : { found, isPending: all.some(({ isPending }) => isPending) };
}
