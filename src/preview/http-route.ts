import { numberAt, objectsAt, textAt, type JsonObject } from '../values/json.ts';
import { isFresh, isPlainHost, plainPath, textsAt, type Address, type Addresses } from './address.ts';

/** The object, or undefined when it is not there or may not be read. */
export type ReadGateway = (namespace: string, name: string) => Promise<JsonObject | undefined>;

type Parent = { readonly ref: JsonObject; readonly gateway: JsonObject | undefined };

/** The hosts and paths of an HTTPRoute, with scheme and port by the listeners of its Gateways, which are often in another namespace. */
export async function routeAddresses(
  route: JsonObject,
  readGateway: ReadGateway,
  nowMilliseconds: number,
): Promise<Addresses> {
  const refs = objectsAt(route, 'spec', 'parentRefs').filter((ref) => (textAt(ref, 'kind') ?? 'Gateway') === 'Gateway');
  const parents = await Promise.all(
    refs.map(async (ref): Promise<Parent> => {
      const namespace = textAt(ref, 'namespace') ?? textAt(route, 'metadata', 'namespace') ?? '';
      return { ref, gateway: await readGateway(namespace, textAt(ref, 'name') ?? '') };
    }),
  );
  const hosts = textsAt(route, 'spec', 'hostnames');
  const each = parents.map((parent) => placesOf(parent, hosts, nowMilliseconds));
  const name = textAt(route, 'metadata', 'name') ?? '';
  return {
    found: each.flatMap(({ places }) =>
      places.flatMap((place) => pathsOf(route).map((path): Address => ({ ...place, path, name }))),
    ),
    isPending: each.some(({ isPending }) => isPending),
  };
}

type Place = Pick<Address, 'isSecure' | 'host' | 'port'>;
type Places = { readonly places: readonly Place[]; readonly isPending: boolean };

/** Of a Gateway that may not be read nobody knows the listeners: most that face the world speak https. */
function placesOf({ ref, gateway }: Parent, hosts: readonly string[], nowMilliseconds: number): Places {
  const plain = hosts.filter(isPlainHost);
  if (gateway === undefined) {
    return { places: plain.map((host) => ({ isSecure: true, host })), isPending: false };
  }
  const own = textAt(gateway, 'status', 'addresses', 0, 'value');
  const listeners = objectsAt(gateway, 'spec', 'listeners').filter((listener) => isMeant(listener, ref));
  const places = listeners.flatMap((listener): readonly Place[] => {
    const wished = textAt(listener, 'hostname') ?? '';
    const served =
      hosts.length === 0 ? [isPlainHost(wished) ? wished : own] : plain.filter((host) => fits(host, wished));
    const isSecure = textAt(listener, 'protocol') === 'HTTPS';
    return served.filter(isPlainHost).map((host) => ({ isSecure, host, port: numberAt(listener, 'port') }));
  });
  const isPending = places.length === 0 && hosts.length === 0 && own === undefined && listeners.length > 0;
  return { places, isPending: isPending && isFresh(gateway, nowMilliseconds) };
}

/** Whether a route that refers to a Gateway is attached to this one of its listeners. */
function isMeant(listener: JsonObject, ref: JsonObject): boolean {
  const section = textAt(ref, 'sectionName');
  const port = numberAt(ref, 'port');
  const protocol = textAt(listener, 'protocol');
  return (
    (protocol === 'HTTP' || protocol === 'HTTPS') &&
    (section === undefined || section === textAt(listener, 'name')) &&
    (port === undefined || port === numberAt(listener, 'port'))
  );
}

/** "*.example.com" of a listener stands for one label or more. */
function fits(host: string, wished: string): boolean {
  return wished === '' || wished === host || (wished.startsWith('*.') && host.endsWith(wished.slice(1)));
}

function pathsOf(route: JsonObject): readonly string[] {
  const rules = objectsAt(route, 'spec', 'rules').flatMap((rule) => {
    const matches = objectsAt(rule, 'matches').map((match) => plainPath(textAt(match, 'path', 'value')));
    return matches.length === 0 ? ['/'] : matches;
  });
  return rules.length === 0 ? ['/'] : rules;
}
