import type { CST } from 'yaml';

/** A document and its part of the file's text: from the character `start` to the one before `end`. */
export type DocumentPart = { readonly document: CST.Document; readonly start: number; readonly end: number };

type Marker = { readonly type: string; readonly offset: number; readonly source: string };

/**
 * What each document of a file has of its text, comments included: all between its markers (`---`, `...`, the byte order mark)
 * and the next ones. The rest of a marker's own line is the document's too, unless it is blank.
 */
export function partsOf(tokens: readonly CST.Token[], text: string): readonly DocumentPart[] {
  const parts: DocumentPart[] = [];
  let open: CST.Document | undefined;
  let start = 0;

  function close(end: number): void {
    if (open !== undefined) {
      parts.push({ document: open, start, end });
    }
    open = undefined;
  }

  for (const token of tokens) {
    for (const marker of markersOf(token)) {
      close(marker.offset);
      start = startAfter(marker, text);
    }
    if (token.type === 'document') {
      open = token;
    }
  }
  close(text.length);
  return parts;
}

/** Two documents always have one between them; directives stand between two. */
function markersOf(token: CST.Token): readonly Marker[] {
  if (token.type === 'document') {
    return token.start.filter(({ type }) => type === 'doc-start');
  }
  return token.type === 'byte-order-mark' || token.type === 'doc-end' ? [token] : [];
}

function startAfter({ type, offset, source }: Marker, text: string): number {
  const end = offset + source.length;
  if (type === 'byte-order-mark') {
    return end;
  }
  const blank = /[ \t]*(?:\r?\n|$)/y;
  blank.lastIndex = end;
  return end + (blank.exec(text)?.[0].length ?? 0);
}
