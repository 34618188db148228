import { numberAt, objectsAt, textAt, type JsonObject } from '../values/json.ts';
import { balancerHost, isFresh, NO_ADDRESSES, type Addresses } from './address.ts';

/** The address of a Service of type LoadBalancer with the port that a browser would take. */
export function balancerAddresses(service: JsonObject, nowMilliseconds: number): Addresses {
  const ports = objectsAt(service, 'spec', 'ports').filter((port) => (textAt(port, 'protocol') ?? 'TCP') === 'TCP');
  if (textAt(service, 'spec', 'type') !== 'LoadBalancer' || ports.length === 0) {
    return NO_ADDRESSES;
  }
  const host = balancerHost(service);
  if (host === undefined) {
    return { found: [], isPending: isFresh(service, nowMilliseconds) };
  }
  const best = ports.find(isSecure) ?? ports.find((port) => numberAt(port, 'port') === 80) ?? ports[0];
  const address = {
    isSecure: best !== undefined && isSecure(best),
    host,
    port: numberAt(best, 'port'),
    path: '/',
    name: textAt(service, 'metadata', 'name') ?? '',
  };
  return { found: [address], isPending: false };
}

function isSecure(port: JsonObject): boolean {
  return numberAt(port, 'port') === 443 || textAt(port, 'appProtocol') === 'https' || textAt(port, 'name') === 'https';
}
