import type { BuildSecret } from '../values/build-secret.ts';
import { commaFields } from '../values/comma-fields.ts';

const FORMS = 'id=value, id, id=ID,env=NAME or id=ID,src=PATH';
const ID = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/**
 * One line of the input `secrets`:
 *
 * - `npm=s3cret`: the value itself,
 * - `NPM_TOKEN`: the variable of that name,
 * - buildx's own forms: `id=npm`, `id=npm,env=NPM_TOKEN`, `id=npm,src=token.txt`, with `type=env` or `type=file` where one likes.
 *
 * Throws an Error that repeats no value.
 */
export function parseBuildSecret(line: string): BuildSecret {
  if (/^(?:id|type)=/.test(line)) {
    return parseFields(line);
  }
  const equals = line.indexOf('=');
  const id = equals === -1 ? line : line.slice(0, equals).trim();
  if (!ID.test(id)) {
    throw new Error(`a line does not begin with an id of letters, digits and _ . -; the forms are ${FORMS}`);
  }
  const value = line.slice(equals + 1).trim();
  if (equals !== -1 && value === '') {
    throw new Error(`"${id}=" has no value; often that means that the secret is not set for this repository`);
  }
  return equals === -1 ? { kind: 'variable', id, name: id } : { kind: 'value', id, value };
}

function parseFields(line: string): BuildSecret {
  const fields = (commaFields(line) ?? []).map((field) => /^(id|type|env|src|source)=(.+)$/s.exec(field));
  const read = new Map(fields.map((field) => [field?.[1] === 'source' ? 'src' : field?.[1], field?.[2] ?? '']));
  const [id = '', type, env, src] = ['id', 'type', 'env', 'src'].map((key) => read.get(key));
  const isKnown = type === undefined || type === 'env' || type === 'file';
  if (fields.length === 0 || fields.includes(null) || !ID.test(id) || !isKnown) {
    throw new Error(`a line that begins with id= or type= is not understood; the forms are ${FORMS}`);
  }
  if (env !== undefined && (src !== undefined || type === 'file')) {
    throw new Error(`"${id}" is to come from a variable and from a file`);
  }
  if (type === 'file' && src === undefined) {
    throw new Error(`"${id}" has no src=`);
  }
  if (src !== undefined && type !== 'env') {
    return { kind: 'file', id, path: src };
  }
  return { kind: 'variable', id, name: env ?? src ?? id };
}
