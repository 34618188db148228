/** A released version, vX.Y.Z: what the README promises to users who pin a major version. Pre-releases are not released. */
export type Version = { readonly major: number; readonly minor: number; readonly patch: number };

/** Undefined for whatever is not exactly vX.Y.Z without leading zeros. */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch] = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(text) ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

export function nameOf({ major, minor, patch }: Version): string {
  return `v${major}.${minor}.${patch}`;
}

/** Below zero when `one` is older than `other`. */
export function compareVersions(one: Version, other: Version): number {
  return one.major - other.major || one.minor - other.minor || one.patch - other.patch;
}

/** The newest of them, or undefined of none. */
export function newest(versions: readonly Version[]): Version | undefined {
  return versions.toSorted(compareVersions).at(-1);
}
