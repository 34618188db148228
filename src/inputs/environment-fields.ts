import { linesOf } from './lines.ts';
import { parseEnvironment } from './build-parsers.ts';
import { INPUTS } from './spec.ts';

/** What an entry of the input `environments` may have: inputs of the same names, the name of the environment, and where its job runs. */
export const ENVIRONMENT_FIELDS = [
  'name',
  'namespace',
  'create-namespace',
  'manifests',
  'vars',
  'helm-values',
  'helm-release',
  'kube-context',
  'expect-cluster',
  'environment-url',
  'smoke-test',
  'timeout',
  'soak',
  'on-failure',
  'restart',
  'prune',
  'runs-on',
  'require-verified',
] as const;

export type EnvironmentField = (typeof ENVIRONMENT_FIELDS)[number];

const LISTS: readonly string[] = ['manifests', 'vars', 'helm-values', 'smoke-test', 'restart'];
const SWITCHES: readonly string[] = ['create-namespace', 'prune'];
const DURATIONS: readonly string[] = ['timeout', 'soak'];

/**
 * The text of a field, as the input of its name takes it; of `runs-on` JSON, a name or a list of names. Throws an Error that says what is
 * wrong with the value.
 */
export function fieldText(field: EnvironmentField, value: unknown): string {
  if (field === 'runs-on') {
    return runnerText(value);
  }
  const text = plainText(field, value);
  if (field === 'name') {
    return parseNewName(text);
  }
  Object.values(INPUTS)
    .find(({ name }) => name === field)
    ?.parse(text);
  return text;
}

function plainText(field: EnvironmentField, value: unknown): string {
  if (SWITCHES.includes(field) && typeof value === 'boolean') {
    return String(value);
  }
  if (DURATIONS.includes(field) && Number.isSafeInteger(value)) {
    return String(value);
  }
  if (LISTS.includes(field) && Array.isArray(value)) {
    return value.map(listItem).join('\n');
  }
  if (typeof value !== 'string') {
    throw new Error(`it is ${kindOf(value)}, not ${LISTS.includes(field) ? 'a list of texts, or ' : ''}text`);
  }
  if (value.trim() === '') {
    throw new Error('it is empty; leave it out');
  }
  return value;
}

/** The items become lines of an input: what would be two of them, or none, is no item. */
function listItem(item: unknown, index: number): string {
  const place = `item ${index + 1}`;
  if (typeof item !== 'string') {
    throw new Error(`${place} is ${kindOf(item)}, not text`);
  }
  if (linesOf(item).length !== 1 || /[\r\n]/.test(item)) {
    throw new Error(`${place} is not one line of text; a line that begins with # is a comment`);
  }
  return item;
}

/** Of GitHub: up to 255 letters. Here: in one line, without blanks around them. */
function parseNewName(text: string): string {
  if (text !== text.trim() || /\p{Cc}/u.test(text)) {
    throw new Error('it has blanks around it, or letters that control something');
  }
  return parseEnvironment(text);
}

function runnerText(value: unknown): string {
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (names.length === 0 || !names.every((name) => typeof name === 'string' && name.trim() !== '')) {
    throw new Error('it is neither the name of a runner nor a list of labels');
  }
  return JSON.stringify(value);
}

export function kindOf(value: unknown): string {
  return value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`;
}
