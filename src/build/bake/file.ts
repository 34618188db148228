import { isJsonObject, textAt, valueAt, type JsonObject } from '../../values/json.ts';

/** What `buildx bake --print` says of one target, with all variables, groups and `--set` worked in. */
export type BakeTarget = { readonly name: string; readonly definition: JsonObject };

export type PrintedBake = {
  /** Those that were asked for, groups taken apart, each once. */
  readonly asked: readonly BakeTarget[];
  /** All that are printed, those that others are linked to among them. */
  readonly all: ReadonlyMap<string, JsonObject>;
};

/** What bake builds when no target is named. */
const DEFAULT_TARGET = 'default';

/** Reads what `buildx bake --print` printed for these targets. Throws an Error when it is something else. */
export function parsePrinted(text: string, targets: readonly string[]): PrintedBake {
  const content: unknown = JSON.parse(text);
  const printed = valueAt(content, 'target');
  if (!isJsonObject(printed)) {
    throw new Error('it has no targets');
  }
  const all = new Map(Object.entries(printed).filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1])));
  const names = new Set<string>();
  const seen = new Set<string>();
  // A group may name groups, and bake prints a group "default" that names itself when groups are asked for.
  const take = (name: string): void => {
    if (seen.has(name)) {
      return;
    }
    seen.add(name);
    if (all.has(name)) {
      names.add(name);
      return;
    }
    const members = valueAt(content, 'group', name, 'targets');
    (Array.isArray(members) ? members : []).filter((member) => typeof member === 'string').forEach(take);
  };
  (targets.length === 0 ? [DEFAULT_TARGET] : targets).forEach(take);
  const asked = [...names].flatMap((name) => {
    const definition = all.get(name);
    return definition === undefined ? [] : [{ name, definition }];
  });
  if (asked.length === 0) {
    throw new Error(`it has no target ${targets.join(', ') || DEFAULT_TARGET}`);
  }
  return { asked, all };
}

/** Names of the targets whose result a target takes as a named context. */
export function linksOf(definition: JsonObject): readonly string[] {
  const contexts = valueAt(definition, 'contexts');
  return Object.values(isJsonObject(contexts) ? contexts : {}).flatMap((source) =>
    typeof source === 'string' && source.startsWith('target:') ? [source.slice('target:'.length)] : [],
  );
}

/** False for a target that only checks something or writes files: it has outputs, and none of them is an image. */
export function makesImage(definition: JsonObject): boolean {
  const outputs = valueAt(definition, 'output');
  return (
    !Array.isArray(outputs) ||
    outputs.length === 0 ||
    outputs.some((output) => ['image', 'registry', 'docker'].includes(String(valueAt(output, 'type'))))
  );
}

/**
 * The Dockerfile as a path from where bake runs; undefined when it is written in the bake file. bake looks for the one of a folder in that
 * folder; where the context is anything else, such as a repository, the path is as it is printed.
 */
export function dockerfilePath(definition: JsonObject): string | undefined {
  if (textAt(definition, 'dockerfile-inline') !== undefined) {
    return undefined;
  }
  const context = textAt(definition, 'context') ?? '.';
  const file = textAt(definition, 'dockerfile') ?? 'Dockerfile';
  const isFolder = !context.includes('://') && !context.startsWith('git@') && !file.startsWith('/');
  return isFolder && context !== '.' ? `${context.replace(/\/$/, '')}/${file}` : file;
}
