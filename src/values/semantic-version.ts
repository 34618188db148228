/** A version by semver.org. */
export type SemanticVersion = {
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  readonly isPrerelease: boolean;
  /** Without `v` and build metadata: "2.0.8-beta.67". */
  readonly version: string;
};

const CORE = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/;

/** "v1.2.3-rc.1+build" → its parts; undefined for what is no semantic version. */
export function parseSemanticVersion(text: string): SemanticVersion | undefined {
  const [, major, minor, patch, prerelease, build] = CORE.exec(text) ?? [];
  const areSound =
    (prerelease?.split('.') ?? []).every((word) => word !== '' && !/^0\d+$/.test(word)) &&
    (build?.split('.') ?? []).every((word) => word !== '');
  if (major === undefined || minor === undefined || patch === undefined || !areSound) {
    return undefined;
  }
  const core = `${major}.${minor}.${patch}`;
  const isPrerelease = prerelease !== undefined;
  return { major, minor, patch, isPrerelease, version: isPrerelease ? `${core}-${prerelease}` : core };
}
