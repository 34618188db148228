import { isScalar, LineCounter, parseAllDocuments, type Document } from 'yaml';
import { PARSE_OPTIONS } from './dialect.ts';
import type { Finding } from './findings.ts';
import { invalidAt, sourceOf, type Source } from './source.ts';

/** The documents of one file that can be read, and what is wrong with the others. */
export type Documents = {
  readonly source: Source;
  readonly documents: readonly Document[];
  readonly findings: readonly Finding[];
};

/** Parses YAML or JSON text of any number of documents. Empty ones, and those with nothing but comments, are left out. */
export function parseDocuments(file: string, text: string): Documents {
  const lines = new LineCounter();
  const parsed: readonly Document[] = [...parseAllDocuments(text, { ...PARSE_OPTIONS, lineCounter: lines })];
  const source = sourceOf(file, text, lines);
  const findings = parsed.flatMap((document) => syntaxError(document, source));
  const documents = parsed.filter((document) => document.errors.length === 0 && !isEmpty(document));
  return { source, documents, findings };
}

/** Only the first of a document: the others mostly follow from it. */
function syntaxError(document: Document, source: Source): readonly Finding[] {
  const [first] = document.errors;
  return first === undefined ? [] : [invalidAt(source, first.pos[0], lowerFirst(first.message))];
}

function isEmpty(document: Document): boolean {
  return document.contents === null || (isScalar(document.contents) && document.contents.value === null);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
