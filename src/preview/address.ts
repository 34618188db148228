import { objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';

/** Where something is found from outside. */
export type Address = {
  readonly isSecure: boolean;
  /** A DNS name or an IP address. */
  readonly host: string;
  /** Undefined: the usual one. */
  readonly port?: number | undefined;
  readonly path: string;
  /** Of the object that says so. */
  readonly name: string;
};

/** What the objects of one kind say. */
export type Addresses = {
  readonly found: readonly Address[];
  /** A load balancer is being made that has no address yet. */
  readonly isPending: boolean;
};

export const NO_ADDRESSES: Addresses = { found: [], isPending: false };

/** The best of one kind: https, then what is nearest to the root, then by name, as it stands in the object. */
export function urlOf(addresses: readonly Address[]): string | undefined {
  const urls = addresses
    .toSorted(
      (one, other) =>
        Number(other.isSecure) - Number(one.isSecure) ||
        one.path.length - other.path.length ||
        compare(one.name, other.name),
    )
    .map(({ isSecure, host, port, path }) => {
      const scheme = isSecure ? 'https' : 'http';
      const place = host.includes(':') ? `[${host}]` : host;
      return `${scheme}://${place}${port === undefined || port === (isSecure ? 443 : 80) ? '' : `:${port}`}${path}`;
    });
  return urls.find((url) => URL.canParse(url));
}

/** A host that a browser can be sent to. */
export function isPlainHost(host: string | undefined): host is string {
  return host !== undefined && host !== '' && !host.includes('*');
}

/** The beginning of a path up to where it becomes a pattern: "/api(/|$)(.*)" is "/api". */
export function plainPath(path: string | undefined): string {
  const [plain = ''] = /^[\w/.~%-]*/.exec(path ?? '') ?? [];
  return plain.startsWith('/') ? plain : '/';
}

/** What the status of an Ingress or a Service tells of its load balancer: a name or an address. */
export function balancerHost(object: JsonObject): string | undefined {
  const [first] = objectsAt(object, 'status', 'loadBalancer', 'ingress');
  return textAt(first, 'hostname') ?? textAt(first, 'ip');
}

/** Old load balancers without an address do not get one any more. */
const FRESH_MILLISECONDS = 10 * 60_000;

export function isFresh(object: JsonObject, nowMilliseconds: number): boolean {
  const created = Date.parse(textAt(object, 'metadata', 'creationTimestamp') ?? '');
  return nowMilliseconds - created < FRESH_MILLISECONDS;
}

/** The texts of a list. */
export function textsAt(object: unknown, ...path: readonly (string | number)[]): readonly string[] {
  const value = valueAt(object, ...path);
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
