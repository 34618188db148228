import type { CacheUse } from '../values/built-image.ts';
import { inShort } from '../registry/answers.ts';

/** What the plain progress of BuildKit tells about a build. */
export type BuildProgress = {
  readonly use: CacheUse;
  /** Of the main build context, as far as it had to be sent. */
  readonly contextBytes: number;
  /** Images that the build starts from: "docker.io/library/node:24-slim". */
  readonly bases: readonly string[];
  /** Why the cache was not written; undefined when it was, or none was to be. */
  readonly exportError: string | undefined;
  /** Why caches were not read that may well be there. */
  readonly importErrors: readonly string[];
};

/** A vertex of the build, with all that it printed. */
type Vertex = { readonly name: string; readonly lines: readonly string[] };

/** "[build 2/5] RUN npm ci", "[linux/amd64 1/1] COPY . ."; not "[internal] …". A FROM is no step: it is fetched, never run. */
const STEP = /^\[(?:[^\]]+ )?\d+\/\d+\] (?!FROM )/;
const BASE = /^\[(?:\S+ )?internal\] load metadata for (\S+)$/;
const IMPORT = /^importing cache manifest from (\S+)$/;
const UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/**
 * Of a build that was tried several times: what an earlier try has built is in the builder by the next, which calls it CACHED though it came from
 * no cache. So the first try that got as far as the last one tells of the steps.
 */
export function readTries(texts: readonly string[]): BuildProgress {
  const tries = texts.map(readProgress);
  const last = tries.at(-1) ?? readProgress('');
  const telling = tries.find(({ use }) => use.steps === last.use.steps) ?? last;
  return {
    ...last,
    use: telling.use,
    contextBytes: Math.max(...tries.map(({ contextBytes }) => contextBytes), 0),
    importErrors: telling.importErrors,
  };
}

export function readProgress(text: string): BuildProgress {
  const vertices = verticesIn(text);
  const steps = vertices.filter(({ name }) => STEP.test(name));
  const missed = steps.filter((step) => !isCached(step));
  const [firstMiss] = missed;
  return {
    use: {
      steps: steps.length,
      cached: steps.length - missed.length,
      firstMiss: firstMiss?.name,
      because: firstMiss === undefined ? undefined : reasonOf(firstMiss, vertices),
    },
    contextBytes: Math.max(
      0,
      ...vertices.filter(({ name }) => /\[.*internal\] load build context$/.test(name)).flatMap(sent),
    ),
    bases: [...new Set(vertices.flatMap(({ name }) => BASE.exec(name)?.[1] ?? []))],
    exportError: vertices
      .filter(({ name }) => name.startsWith('exporting cache'))
      .map(errorOf)
      .find((error) => error !== undefined),
    importErrors: importsIn(vertices).flatMap(({ reference, error }) =>
      isBroken(error) ? [`${reference}: ${inShort(error)}`] : [],
    ),
  };
}

/** In the order in which they came up. A line is "#7 text"; the first of a vertex is its name, which is repeated after others had their say. */
function verticesIn(text: string): readonly Vertex[] {
  const vertices = new Map<string, { readonly name: string; readonly lines: string[] }>();
  for (const [, id = '', line = ''] of text.matchAll(/^#(\d+) (.*)$/gm)) {
    const vertex = vertices.get(id);
    if (vertex === undefined) {
      vertices.set(id, { name: line.trim(), lines: [] });
    } else {
      vertex.lines.push(line.trim());
    }
  }
  return [...vertices.values()];
}

/** A step whose result is fetched, because a later one needs it, prints layers instead of CACHED. What a step itself prints begins with seconds. */
function isCached({ lines }: Vertex): boolean {
  const isFetched = lines.some((line) => /^(?:extracting )?sha256:[0-9a-f]{64} /.test(line));
  return lines.includes('CACHED') || (isFetched && !lines.some((line) => /^\d+\.\d+ /.test(line)));
}

function errorOf({ lines }: Vertex): string | undefined {
  return lines.find((line) => line.startsWith('ERROR: '))?.slice('ERROR: '.length);
}

type Import = { readonly reference: string; readonly error: string | undefined };

function importsIn(vertices: readonly Vertex[]): readonly Import[] {
  return vertices.flatMap((vertex) => {
    const [, reference] = IMPORT.exec(vertex.name) ?? [];
    const error = errorOf(vertex)?.replace(/^failed to configure registry cache importer: /, '');
    return reference === undefined ? [] : [{ reference, error }];
  });
}

/** A cache that is not there yet is no error. */
function isBroken(error: string | undefined): error is string {
  return error !== undefined && !error.endsWith(': not found');
}

/** Why a step had to be run. */
function reasonOf(step: Vertex, vertices: readonly Vertex[]): string | undefined {
  const imports = importsIn(vertices);
  if (imports.length === 0) {
    return undefined;
  }
  const broken = imports.find(({ error }) => isBroken(error));
  if (broken?.error !== undefined) {
    return `the registry did not give the cache ${broken.reference}: ${inShort(broken.error)}`;
  }
  if (imports.every(({ error }) => error !== undefined)) {
    return `there was no cache yet: ${imports.map(({ reference }) => reference).join(', ')}`;
  }
  return / (?:COPY|ADD) /.test(step.name)
    ? 'the instruction or a file that it copies changed'
    : 'the instruction, a build argument or what it builds upon changed';
}

function sent({ lines }: Vertex): readonly number[] {
  return lines.flatMap((line) => {
    const [, amount, unit = ''] = /^transferring context: (\d+(?:\.\d+)?)([kMGT]?B)\b/.exec(line) ?? [];
    return amount === undefined ? [] : [Number(amount) * (UNITS[unit] ?? 0)];
  });
}
