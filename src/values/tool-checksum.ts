/** A sum that the user vouches for. */
export type ToolChecksum = {
  readonly tool: ChecksumTool;
  /** "v3.19.0" */
  readonly version: string;
  /** "linux-amd64" */
  readonly platform: string;
  /** 64 lower-case hexadecimal digits, of the file as it is downloaded. */
  readonly sha256: string;
};

const TOOLS = ['kubectl', 'buildx', 'helm', 'skaffold', 'container-structure-test'] as const;

export type ChecksumTool = (typeof TOOLS)[number];

const PLATFORM = /^(?:linux|darwin|windows)-(?:amd64|arm64)$/;

/** `helm v3.19.0 linux-amd64 sha256:…`; throws an Error that says what is wrong. */
export function parseToolChecksum(line: string): ToolChecksum {
  const [toolText, version = '', platform = '', sum = '', ...more] = line.split(/\s+/);
  const tool = TOOLS.find((known) => known === toolText);
  if (tool === undefined) {
    throw new Error(`"${line}" does not begin with one of ${TOOLS.join(', ')}`);
  }
  if (!/^v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(version)) {
    throw new Error(`"${line}" has no version like v3.19.0`);
  }
  if (!PLATFORM.test(platform)) {
    throw new Error(`"${line}" has no platform like linux-amd64`);
  }
  const sha256 = /^sha256:([0-9a-f]{64})$/.exec(sum)?.[1];
  if (sha256 === undefined || more.length > 0) {
    throw new Error(`"${line}" does not end with sha256: and 64 hexadecimal digits`);
  }
  return { tool, version: `v${version.replace(/^v/, '')}`, platform, sha256 };
}
