import { isJsonObject, type JsonObject } from '../values/json.ts';
import { fieldIn } from './differences.ts';
import { itemNames } from './list-items.ts';
import { isReadable, scalarText } from './scalar-text.ts';

/** One line of an object as YAML. `path` is that of the map, the list or the text that the line is a part of; '' is the object itself. */
export type YamlLine = { readonly text: string; readonly path: string };

/** An object as YAML for people, as `kubectl get -o yaml` has it: sorted keys, blocks, long texts line by line. */
export function yamlLines(object: JsonObject): readonly YamlLine[] {
  return mapLines(object, '', '');
}

function mapLines(map: JsonObject, indent: string, path: string): readonly YamlLine[] {
  return Object.keys(map)
    .toSorted()
    .flatMap((key) => {
      const head = { text: `${indent}${scalarText(key)}:`, path };
      return valueLines(head, map[key], indent, fieldIn(path, key));
    });
}

/** `head` is the beginning of the line: "  image:" or "  -". */
function valueLines(head: YamlLine, value: unknown, indent: string, path: string): readonly YamlLine[] {
  if (isJsonObject(value) && Object.keys(value).length > 0) {
    return [head, ...mapLines(value, `${indent}  `, path)];
  }
  if (Array.isArray(value) && value.length > 0) {
    return [head, ...listLines(value, indent, path)];
  }
  if (typeof value === 'string' && value.includes('\n') && isReadable(value)) {
    return textLines(head, value, `${indent}  `, path);
  }
  return [{ ...head, text: `${head.text} ${scalarText(value)}` }];
}

function listLines(list: readonly unknown[], indent: string, path: string): readonly YamlLine[] {
  const [names] = itemNames(list) ?? [];
  return list.flatMap((item, index) => {
    const itemPath = `${path}[${names?.[index] ?? index}]`;
    const [first, ...rest] = nestedLines(item, `${indent}  `, itemPath);
    return first === undefined
      ? valueLines({ text: `${indent}-`, path }, item, indent, itemPath)
      : [{ ...first, text: `${indent}- ${first.text.slice(indent.length + 2)}` }, ...rest];
  });
}

/** The lines of an item that is a map or a list; none for any other. */
function nestedLines(item: unknown, indent: string, path: string): readonly YamlLine[] {
  if (Array.isArray(item)) {
    return listLines(item, indent, path);
  }
  return isJsonObject(item) ? mapLines(item, indent, path) : [];
}

/** A block of text. Its sign tells how it ends: `|-` without a line break, `|+` with several; a digit, that it begins with blanks. */
function textLines(head: YamlLine, text: string, indent: string, path: string): readonly YamlLine[] {
  const indentation = /^\s/.test(text) ? '2' : '';
  const ending = text.endsWith('\n') ? (/\n\n$|^\n$/.test(text) ? '+' : '') : '-';
  const lines = text.replace(/\n$/, '').split('\n');
  return [
    { ...head, text: `${head.text} |${indentation}${ending}` },
    ...lines.map((line) => ({ text: line === '' ? '' : `${indent}${line}`, path })),
  ];
}
