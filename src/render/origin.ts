import type { Document } from 'yaml';
import type { Finding } from '../errors.ts';
import type { FieldPath, Manifest } from '../kube/manifest.ts';
import { joined, renderDocument, type Part } from './document.ts';
import { parseDocuments } from './documents.ts';
import { fieldAtLine } from './fields.ts';
import type { Source } from './source.ts';
import { keepText } from './text-fields.ts';
import type { Values } from './variables.ts';

/** Where the user wrote what a tool made an object of. */
export type Origin = {
  /** Relative to the workspace. */
  readonly file: string;
  /** The line (from 1) that a field of the rendered object comes from; undefined where nobody can tell. */
  readonly lineOf: (path: FieldPath) => number | undefined;
  /** Whether the user wrote the field in quotes, which the tool may have taken away. */
  readonly isQuoted: (path: FieldPath) => boolean;
};

/** A piece of what a tool printed: one object, as a rule. */
export type Piece = { readonly text: string; readonly origin: Origin };

/** The file is all that is known. */
export function originInFile(file: string): Origin {
  return { file, lineOf: () => undefined, isQuoted: () => false };
}

/** The objects of a piece with the variables filled in, at the places of their origin and not at those in the rendered text. */
export function renderPiece({ text, origin }: Piece, values: Values): Part {
  const { source, documents, findings } = parseDocuments(origin.file, text);
  const rendered = documents.map((document) => {
    keepText(document, origin.isQuoted);
    const part = renderDocument(document, source, values);
    return {
      ...part,
      manifests: part.manifests.map((manifest) => manifestAt(manifest, origin)),
      findings: part.findings.map((finding) => findingAt(finding, document, source, origin)),
    };
  });
  const unreadable = findings.map(({ code, problem }) => ({ code, problem: { ...problem, line: undefined } }));
  const part = joined(rendered);
  return { ...part, findings: [...unreadable, ...part.findings] };
}

function manifestAt(manifest: Manifest, origin: Origin): Manifest {
  return {
    ...manifest,
    file: origin.file,
    lineOf: origin.lineOf,
    edited: (edits) => manifestAt(manifest.edited(edits), origin),
  };
}

function findingAt({ code, problem }: Finding, document: Document, source: Source, origin: Origin): Finding {
  const { contents } = document;
  const isPlaced = contents !== null && problem.line !== undefined;
  const path = isPlaced ? fieldAtLine(contents, problem.line, source.lineAt) : [];
  // A line in the message is one of the rendered text, which the user does not have before him.
  const message = problem.message.replace(/ in line \d+$/, '');
  return { code, problem: { ...problem, message, file: origin.file, line: origin.lineOf(path) } };
}
