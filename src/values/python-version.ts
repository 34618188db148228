/** A version by PEP 440. */
export type PythonVersion = {
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  /** Whether it is anything but a plain release: alpha, beta, candidate, post or dev. */
  readonly isSpecial: boolean;
  /** In its normal spelling: "1.2.3rc2", "1.2.3.post1". */
  readonly version: string;
};

/** What a version is made of, in order; separators between them may be `.`, `-`, `_` or none (PEP 440, Normalization). */
const EPOCH = String.raw`(?:(?<epoch>\d+)!)?`;
const RELEASE = String.raw`(?<release>\d+(?:\.\d+)*)`;
const PRE = String.raw`(?:[-_.]?(?<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<preNumber>\d*))?`;
const POST = String.raw`(?<post>-(?<postShort>\d+)|[-_.]?(?:post|rev|r)[-_.]?(?<postNumber>\d*))?`;
const DEV = String.raw`(?<dev>[-_.]?dev[-_.]?(?<devNumber>\d*))?`;
const LOCAL = String.raw`(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?`;
const VERSION = new RegExp(`^v?${EPOCH}${RELEASE}${PRE}${POST}${DEV}${LOCAL}$`);

const PRE_SPELLINGS: Readonly<Record<string, string>> = {
  alpha: 'a',
  a: 'a',
  beta: 'b',
  b: 'b',
  preview: 'rc',
  pre: 'rc',
  c: 'rc',
  rc: 'rc',
};

const number = (text: string | undefined): string => String(BigInt(text === undefined || text === '' ? '0' : text));

/** "v1.2.3beta2" → its parts; undefined for what does not conform. */
export function parsePythonVersion(text: string): PythonVersion | undefined {
  const groups = VERSION.exec(text.trim().toLowerCase())?.groups;
  const release = groups?.['release']?.split('.').map(number);
  if (groups === undefined || release === undefined) {
    return undefined;
  }
  const { epoch, pre, preNumber, post, postShort, postNumber, dev, devNumber, local } = groups;
  const spelled = [
    epoch === undefined || number(epoch) === '0' ? '' : `${number(epoch)}!`,
    release.join('.'),
    pre === undefined ? '' : `${PRE_SPELLINGS[pre] ?? pre}${number(preNumber)}`,
    post === undefined ? '' : `.post${number(postShort ?? postNumber)}`,
    dev === undefined ? '' : `.dev${number(devNumber)}`,
    local === undefined ? '' : `+${local.replaceAll(/[-_]/g, '.')}`,
  ];
  const [major = '0', minor = '0', patch = '0'] = release;
  const isSpecial = pre !== undefined || post !== undefined || dev !== undefined;
  return { major, minor, patch, isSpecial, version: spelled.join('') };
}
