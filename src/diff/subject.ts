import type { JsonObject } from '../values/json.ts';

/** What a deploy would do with an object. `none`: it is there already, as it should be. */
export type DiffVerb = 'create' | 'change' | 'replace' | 'delete' | 'restart' | 'none';

/** One object as it is and as it would be, both as the server stores them. */
export type DiffSubject = {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined for a kind that is in no namespace. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** Where the manifests have it; relative to the workspace, lines count from 1. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly verb: DiffVerb;
  /** The live object; undefined when there is none. */
  readonly before: JsonObject | undefined;
  /** What the dry run answers; for an object that cannot be asked about (in a namespace that does not exist yet, or replaced): what would be sent. Undefined for what goes, and for a restart. */
  readonly after: JsonObject | undefined;
  /** What would be sent: tells a value that somebody wants from one that the server picks at random in each dry run. Undefined when nothing is sent. */
  readonly sent: JsonObject | undefined;
};

/** The two sides of a subject. */
export type Sides = { readonly before: JsonObject | undefined; readonly after: JsonObject | undefined };
