import type { PushedContent } from './registry-contents.ts';

export type Finding = {
  /** "layer sha256:… of org/app, in app/.npmrc at byte 1536" */
  readonly where: string;
  readonly needle: string;
  readonly as: Writing;
};

type Writing = 'plain' | 'JSON' | 'base64' | 'percent' | 'hex';

/** With fewer bytes the few characters of base64 that are certain would be found anywhere. */
const FEWEST_BYTES = 8;

/** Where each needle stands in what was pushed, as it is or as JSON, base64 (of any text around it), a URL or hex write it. */
export async function findText(
  content: AsyncIterable<PushedContent> | Iterable<PushedContent>,
  needles: readonly string[],
): Promise<readonly Finding[]> {
  const short = needles.filter((needle) => Buffer.byteLength(needle) < FEWEST_BYTES);
  if (short.length > 0) {
    throw new Error(`${short.length} of the needles have fewer than ${FEWEST_BYTES} bytes`);
  }
  const wanted = needles.flatMap((needle) => writingsOf(needle).map(([as, text]) => ({ needle, as, text })));
  const findings: Finding[] = [];
  for await (const piece of content) {
    for (const { needle, as, text } of wanted) {
      const at = piece.bytes.indexOf(text);
      if (at !== -1) {
        findings.push({ where: placeOf(piece, at), needle, as });
      }
    }
  }
  return findings;
}

function writingsOf(needle: string): readonly (readonly [Writing, string])[] {
  const bytes = Buffer.from(needle);
  const json = JSON.stringify(needle).slice(1, -1);
  const all: readonly (readonly [Writing, string])[] = [
    ['plain', needle],
    ['JSON', json],
    // Go's encoder also escapes what HTML would read.
    ['JSON', json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)],
    ...[0, 1, 2].flatMap((offset) => {
      const text = base64At(bytes, offset);
      return [text, text.replaceAll('+', '-').replaceAll('/', '_')].map((each) => ['base64', each] as const);
    }),
    ['percent', encodeURIComponent(needle)],
    ['hex', bytes.toString('hex')],
  ];
  return all.filter(([, text], index) => all.findIndex(([, other]) => other === text) === index);
}

/** The characters that base64 has for these bytes whatever stands around them, if they begin at such an offset in a group of three. */
function base64At(bytes: Buffer, offset: number): string {
  const first = Math.ceil((offset * 8) / 6);
  const end = Math.floor(((offset + bytes.length) * 8) / 6);
  return Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .slice(first, end);
}

function placeOf({ kind, digest, repository, bytes }: PushedContent, at: number): string {
  const file = kind === 'layer' || kind === 'blob' ? fileAt(bytes, at) : undefined;
  return `${kind} ${digest} of ${repository}, ${file === undefined ? '' : `in ${file} `}at byte ${at}`;
}

const BLOCK = 512;

/** The file of a tar archive that a byte belongs to, by header blocks; no name where the bytes are no archive. */
function fileAt(tar: Buffer, at: number): string | undefined {
  for (
    let header = 0;
    header + BLOCK <= tar.length && tar.toString('latin1', header + 257, header + 262) === 'ustar';
  ) {
    const field = (start: number, length: number): string =>
      tar.toString('utf8', header + start, header + start + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(124, 12), 8) || 0;
    const next = header + BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (at < next) {
      return [field(345, 155), field(0, 100)].filter((part) => part !== '').join('/');
    }
    header = next;
  }
  return undefined;
}
