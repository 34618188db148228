import { objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';
import { balancerHost, isFresh, isPlainHost, plainPath, textsAt, type Address, type Addresses } from './address.ts';

/** The hosts and paths of one Ingress. A rule without a host is for the load balancer's own address. */
export function ingressAddresses(ingress: JsonObject, nowMilliseconds: number): Addresses {
  const rules = rulesOf(ingress).filter(({ host }) => host === undefined || isPlainHost(host));
  const own = balancerHost(ingress);
  const found = rules.flatMap(({ host, path }): readonly Address[] => {
    const place = host ?? own;
    return place === undefined
      ? []
      : [{ isSecure: isSecure(ingress, host), host: place, path, name: textAt(ingress, 'metadata', 'name') ?? '' }];
  });
  const isPending = own === undefined && rules.some(({ host }) => host === undefined);
  return { found, isPending: isPending && isFresh(ingress, nowMilliseconds) };
}

type Rule = { readonly host: string | undefined; readonly path: string };

function rulesOf(ingress: JsonObject): readonly Rule[] {
  const rules = objectsAt(ingress, 'spec', 'rules').flatMap((rule): readonly Rule[] => {
    const text = textAt(rule, 'host');
    const host = text === '' ? undefined : text;
    const paths = objectsAt(rule, 'http', 'paths').map((path) => plainPath(textAt(path, 'path')));
    return (paths.length === 0 ? ['/'] : paths).map((path) => ({ host, path }));
  });
  const hasDefault = valueAt(ingress, 'spec', 'defaultBackend') !== undefined;
  return rules.length === 0 && hasDefault ? [{ host: undefined, path: '/' }] : rules;
}

/** An entry without hosts is for whatever host there is (Ingress v1, `tls.hosts`). */
function isSecure(ingress: JsonObject, host: string | undefined): boolean {
  return objectsAt(ingress, 'spec', 'tls').some((entry) => {
    const hosts = textsAt(entry, 'hosts');
    return hosts.length === 0 || (host !== undefined && hosts.some((pattern) => covers(pattern, host)));
  });
}

/** "*.example.com" stands for one label. */
function covers(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.slice(host.indexOf('.')) === pattern.slice(1) : pattern === host;
}
