import { textAt, valueAt, type JsonObject } from '../../src/values/json.ts';

/** Whether an object is among those that the query of a list or a watch asks for. */
export function selects(query: URLSearchParams, object: JsonObject): boolean {
  return hasLabels(query.get('labelSelector') ?? '', object) && hasFields(query.get('fieldSelector') ?? '', object);
}

/** `app=server,tier in (a, b),!old` */
function hasLabels(selector: string, object: JsonObject): boolean {
  const terms = selector.split(/,(?![^(]*\))/).filter((term) => term !== '');
  return terms.every((term) => {
    const [, key = '', not, values] = /^([^\s=!]+)\s+(not)?in\s*\((.*)\)$/.exec(term) ?? [];
    if (values !== undefined) {
      const isIn = values.split(',').some((value) => value.trim() === labelOf(object, key));
      return isIn !== (not === 'not');
    }
    const [, name = '', operator, value] = /^([^=!]+)(!?==?)(.*)$/.exec(term) ?? [];
    if (operator !== undefined) {
      return (labelOf(object, name) === value) === !operator.startsWith('!');
    }
    return term.startsWith('!') ? labelOf(object, term.slice(1)) === undefined : labelOf(object, term) !== undefined;
  });
}

/** `metadata.name=server,type!=Normal` */
function hasFields(selector: string, object: JsonObject): boolean {
  const terms = selector.split(',').filter((term) => term !== '');
  return terms.every((term) => {
    const [, path = '', operator = '', value] = /^([^=!]+)(!?==?)(.*)$/.exec(term) ?? [];
    return (valueAt(object, ...path.split('.')) === value) === !operator.startsWith('!');
  });
}

function labelOf(object: JsonObject, key: string): string | undefined {
  return textAt(object, 'metadata', 'labels', key);
}
