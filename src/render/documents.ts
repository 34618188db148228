import { Composer, isScalar, LineCounter, Parser, type CST, type Document } from 'yaml';
import type { Finding } from '../errors.ts';
import { PARSE_OPTIONS } from './dialect.ts';
import { partsOf, type DocumentPart } from './document-parts.ts';
import { TOO_DEEP, tokenTooDeep } from './nesting.ts';
import { invalidAt, sourceOf, type Source } from './source.ts';
import { findUnreadable } from './unreadable-text.ts';

/** The documents of one file that can be read, and what is wrong with the others. */
export type Documents = {
  readonly source: Source;
  /** The range of each begins and ends with its part of the file: see document-parts.ts. */
  readonly documents: readonly Document[];
  readonly findings: readonly Finding[];
};

const TAG_HINT =
  'Known are !!str, !!int, !!float, !!bool, !!null, !!map and !!seq. Bytes belong into binaryData, as base64.';
const DIRECTIVE_HINT =
  'A line that starts with % is a directive, and needs a --- after it. Put the key in quotes, if it is one.';

/** Parses YAML or JSON text of any number of documents. Empty ones, and those with nothing but comments, are left out. */
export function parseDocuments(file: string, text: string): Documents {
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const source = sourceOf(file, text, lines);
  const unreadable = findUnreadable(source);
  if (unreadable.length > 0) {
    return { source, documents: [], findings: unreadable };
  }
  const parts = partsOf(tokens, text);
  const tooDeep = new Set<CST.Token>(
    parts.map(({ document }) => document).filter((document) => tokenTooDeep(document) !== undefined),
  );
  // To compose what is nested too deep would overflow the stack.
  const parsed = composed(
    tokens.filter((token) => !tooDeep.has(token)),
    parts.filter(({ document }) => !tooDeep.has(document)),
  ).map((document) => ({ document, findings: problemsOf(document, source) }));
  return {
    source,
    documents: parsed
      .filter(({ document, findings }) => findings.length === 0 && !isEmpty(document))
      .map(({ document }) => document),
    findings: [
      ...parts.flatMap(({ document }) => findTooDeep(document, source)),
      ...parsed.flatMap(({ findings }) => findings),
      ...findLostDirective(tokens, source),
    ],
  };
}

/** One document for each part. */
function composed(tokens: readonly CST.Token[], parts: readonly DocumentPart[]): readonly Document[] {
  const documents = [...new Composer(PARSE_OPTIONS).compose(tokens)];
  for (const [index, { start, end }] of parts.entries()) {
    const document = documents[index];
    if (document !== undefined) {
      document.range = [start, document.range[1], end];
    }
  }
  return documents;
}

/** Only the first error of a document: the others mostly follow from it. What the library only warns of, it has read as something else. */
function problemsOf(document: Document, source: Source): readonly Finding[] {
  const [error] = document.errors;
  if (error !== undefined) {
    return [invalidAt(source, error.pos[0], lowerFirst(error.message))];
  }
  return document.warnings.map(({ code, message, pos: [start, end] }) =>
    code === 'TAG_RESOLVE_FAILED'
      ? invalidAt(
          source,
          start,
          `the tag ${source.text.slice(start, end)} is not known, or not for this value`,
          TAG_HINT,
        )
      : invalidAt(source, start, lowerFirst(message)),
  );
}

function findTooDeep(document: CST.Document, source: Source): readonly Finding[] {
  const token = tokenTooDeep(document);
  return token === undefined ? [] : [invalidAt(source, token.offset, TOO_DEEP)];
}

/** The library says nothing of a directive that no document follows: a file with the one line "%a: 1" is empty to it. */
function findLostDirective(tokens: readonly CST.Token[], source: Source): readonly Finding[] {
  const last = tokens.findLast(({ type }) => type === 'document' || type === 'directive');
  return last?.type === 'directive'
    ? [invalidAt(source, last.offset, 'there is no document after this directive', DIRECTIVE_HINT)]
    : [];
}

function isEmpty(document: Document): boolean {
  return document.contents === null || (isScalar(document.contents) && document.contents.value === null);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
