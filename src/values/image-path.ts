import { messageOf } from '../errors.ts';
import { parseWidePath, type JsonPath } from './json-path.ts';

/** Where a kind that is not Kubernetes' own has an image: `Rollout.argoproj.io {.spec.template.spec.containers[*].image}`. */
export type ImagePath = {
  readonly kind: string;
  /** Undefined: of whatever group. */
  readonly group: string | undefined;
  readonly path: JsonPath;
  /** As the user wrote it. */
  readonly text: string;
};

const FORM = /^([A-Z][A-Za-z0-9]*)(?:\.([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?))?\s*(\{.*\})$/s;

/** `Kind.group {path}`, or `Kind {path}` for the kind of any group. Throws an Error that says what is wrong. */
export function parseImagePath(text: string): ImagePath {
  const [, kind, group, path] = FORM.exec(text.trim()) ?? [];
  if (kind === undefined || path === undefined) {
    throw new Error(`"${text}" is not a kind and a path like Rollout.argoproj.io {.spec.template.spec.image}`);
  }
  try {
    return { kind, group, path: parseWidePath(path), text: text.trim() };
  } catch (error) {
    throw new Error(`in "${text}", ${messageOf(error)}`, { cause: error });
  }
}

/** Whether the path is about objects of this kind; versions do not count. */
export function isForKind(
  { kind, group }: ImagePath,
  object: { readonly apiVersion: string; readonly kind: string },
): boolean {
  const isGroup = group === undefined || object.apiVersion.startsWith(`${group}/`);
  return isGroup && kind === object.kind;
}
