/** A fenced block of a document. `line` is that of its first line of text. */
export type Block = { readonly language: string; readonly line: number; readonly text: string };

const FENCED = /^( *)```(\w*)[^\n]*\n([^]*?)^ *```$/gm;

export function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(FENCED)].map(({ index, 1: indent = '', 2: language = '', 3: text = '' }) => ({
    language,
    line: markdown.slice(0, index).split('\n').length + 1,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** The targets of all links and images. */
export function linksOf(markdown: string): readonly string[] {
  const prose = proseOf(markdown);
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
}

/** What GitHub makes of the headings: "Two deploys at once" is found at "two-deploys-at-once". */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of markdown.replaceAll(FENCED, '').matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = slugOf(heading);
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) {
      anchor = `${slug}-${count}`;
    }
    anchors.add(anchor);
  }
  return anchors;
}

function slugOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

function proseOf(markdown: string): string {
  return markdown.replaceAll(FENCED, '').replaceAll(/`[^`\n]*`/g, 'code');
}
