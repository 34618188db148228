/** What the user wants of a tool: what fits (`auto`), the newest patch of a minor, or one exact version with an optional checksum. */
export type VersionWish =
  | { readonly kind: 'auto' }
  | { readonly kind: 'minor'; readonly minor: MinorVersion }
  | { readonly kind: 'exact'; readonly version: string; readonly sha256: string | undefined };

export type MinorVersion = { readonly major: number; readonly minor: number };

/**
 * "auto" | "1.34" | "v1.34.4" | "v1.34.4@sha256:…" → wish. Throws an Error otherwise. `latest` is refused on purpose: a deploy tool that
 * changes by itself is a deploy that changes by itself.
 */
export function parseVersionWish(text: string): VersionWish {
  if (text === 'auto') {
    return { kind: 'auto' };
  }
  const minor = /^v?(\d+)\.(\d+)$/.exec(text);
  if (minor !== null) {
    return { kind: 'minor', minor: { major: Number(minor[1]), minor: Number(minor[2]) } };
  }
  const exact = /^v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?:@sha256:([0-9a-f]{64}))?$/.exec(text);
  if (exact?.[1] === undefined) {
    throw new Error(
      `"${text}" is not auto, a minor like 1.34, or a version like v1.34.4 (optionally v1.34.4@sha256:<sum>)`,
    );
  }
  return { kind: 'exact', version: `v${exact[1]}`, sha256: exact[2] };
}

/** "v1.32.4-gke.1" → 1.32; vendors add suffixes, so only the first two numbers count. Undefined when there are none. */
export function minorOf(version: string): MinorVersion | undefined {
  const match = /^v?(\d+)\.(\d+)/.exec(version);
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

export function formatMinor(minor: MinorVersion): string {
  return `${minor.major}.${minor.minor}`;
}

/** Kubernetes supports a kubectl within one minor of its server (version-skew-policy). */
export function withinOneMinor(client: MinorVersion, server: MinorVersion): boolean {
  return client.major === server.major && Math.abs(client.minor - server.minor) <= 1;
}

/** Less than 0 when the first is older. "v1.34.10" is newer than "v1.34.9", and than "v1.34.10-rc.1". */
export function compareVersions(one: string, other: string): number {
  const [core, rest] = parted(one);
  const [otherCore, otherRest] = parted(other);
  const byCore = core.localeCompare(otherCore, 'en', { numeric: true });
  if (byCore !== 0 || rest === otherRest) {
    return byCore;
  }
  return rest === '' || otherRest === ''
    ? otherRest.length - rest.length
    : rest.localeCompare(otherRest, 'en', { numeric: true });
}

/** Numbers, and what stands behind them. */
function parted(version: string): readonly [string, string] {
  const [, core = '', rest = ''] = /^v?([\d.]*)(.*)$/.exec(version) ?? [];
  return [core, rest];
}
