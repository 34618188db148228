/** How a user says which cluster is meant. */
export type ExpectedCluster =
  /** `url` is normal: lower-case host, no default port, no slash at the end. */
  | { readonly kind: 'server'; readonly url: string }
  /** Of the CA certificate's DER bytes: 64 lower-case hexadecimal digits. */
  | { readonly kind: 'ca'; readonly sha256: string }
  /** Of the namespace kube-system, which lives as long as its cluster. */
  | { readonly kind: 'uid'; readonly uid: string };

const UID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SHA256_PREFIX = /^sha256(?::| fingerprint=)/i;

/**
 * A server URL, the sha256 of the CA certificate (`sha256:…`, with or without colons between the bytes, or the line that `openssl x509
 * -fingerprint -sha256` prints), or the uid of the namespace kube-system. Throws an Error otherwise.
 */
export function parseExpectedCluster(text: string): ExpectedCluster {
  if (UID.test(text)) {
    return { kind: 'uid', uid: text.toLowerCase() };
  }
  if (SHA256_PREFIX.test(text)) {
    const sha256 = normalSha256(text.replace(SHA256_PREFIX, ''));
    if (sha256 === undefined) {
      throw new Error(`"${text}" does not have the 64 hexadecimal digits of a sha256`);
    }
    return { kind: 'ca', sha256 };
  }
  const url = normalServer(text);
  if (url === undefined) {
    throw new Error(
      'this is neither the https:// URL of an API server, nor sha256:… of its CA certificate, nor the uid of the namespace kube-system',
    );
  }
  return { kind: 'server', url };
}

/** Origin and path in one spelling; undefined for what is no URL of an API server, or has a user, a query or a fragment in it. */
export function normalServer(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isServer = url?.protocol === 'https:' || url?.protocol === 'http:';
  return url === undefined || !isServer || `${url.username}${url.password}${url.search}${url.hash}` !== ''
    ? undefined
    : `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** 64 lower-case digits, from any case and with colons or without; undefined for what is no sha256. */
export function normalSha256(text: string): string | undefined {
  const digits = text.toLowerCase();
  const isSha256 = /^[0-9a-f]{64}$/.test(digits) || /^[0-9a-f]{2}(?::[0-9a-f]{2}){31}$/.test(digits);
  return isSha256 ? digits.replaceAll(':', '') : undefined;
}
