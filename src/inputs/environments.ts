import { failureOf, messageOf, type Problem } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../values/json.ts';
import { nearest } from '../values/nearest.ts';
import { ENVIRONMENT_FIELDS, fieldText, kindOf, type EnvironmentField } from './environment-fields.ts';

/** An environment of a matrix: the texts of its fields, those of inputs as the input takes them; empty where the entry has none. */
export type EnvironmentEntry = Readonly<Record<EnvironmentField, string>>;

/** A matrix of GitHub has no more (docs.github.com, "Usage limits"). */
const MOST_ENTRIES = 256;

const EXAMPLE = 'It is a JSON list: [{"name": "staging", "namespace": "shop-staging"}, {"name": "prod"}].';

/** Reads the input `environments`. Throws one DeployError `input-invalid` with all problems, each with its entry and field. */
export function readEnvironments(text: string): readonly EnvironmentEntry[] {
  const list = parseList(text);
  const problems: Problem[] = [];
  const entries = list.map((value, index) => readEntry(value, index, problems));
  problems.push(...findDoubles(entries.map(({ name }) => name)));
  if (problems.length > 0) {
    throw failureOf('input-invalid', problems, `${problems.length} problems with the input environments`);
  }
  return entries;
}

function parseList(text: string): readonly unknown[] {
  const list = parseJson(text);
  if (!Array.isArray(list)) {
    throw listFailure(`environments: it is ${kindOf(list)}, not a list`);
  }
  if (list.length === 0) {
    throw listFailure('environments: the list is empty');
  }
  if (list.length > MOST_ENTRIES) {
    throw listFailure(`environments: a matrix has up to ${MOST_ENTRIES} entries, this list has ${list.length}`);
  }
  return list;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The message repeats what is around the place, and a value may be a secret.
    const [place = ''] = / \(?line \d+ column \d+\)?/.exec(messageOf(error)) ?? [];
    throw listFailure(`environments: this is no JSON${place}`);
  }
}

function listFailure(message: string): Error {
  return failureOf('input-invalid', [{ message, hint: EXAMPLE }], message);
}

/** What is wrong is added to the problems; its text is then empty. */
function readEntry(value: unknown, index: number, problems: Problem[]): EnvironmentEntry {
  const name = isJsonObject(value) && typeof value['name'] === 'string' ? ` (${value['name']})` : '';
  const place = `environments: entry ${index + 1}${name}`;
  const given: JsonObject = isJsonObject(value) ? value : {};
  if (!isJsonObject(value)) {
    problems.push({ message: `${place} is ${kindOf(value)}, not an object`, hint: EXAMPLE });
  } else if (value['name'] === undefined) {
    problems.push({ message: `${place} has no name`, hint: 'The name is that of the environment on GitHub.' });
  }
  problems.push(...findUnknown(given, place));
  const readField = (field: EnvironmentField): string => {
    try {
      return Object.hasOwn(given, field) ? fieldText(field, given[field]) : '';
    } catch (error) {
      problems.push({ message: `${place}: ${field}: ${messageOf(error)}` });
      return '';
    }
  };
  const texts = ENVIRONMENT_FIELDS.map((field) => [field, readField(field)]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every field has its text
  return Object.fromEntries(texts) as EnvironmentEntry;
}

function findUnknown(given: JsonObject, place: string): readonly Problem[] {
  const known: readonly string[] = ENVIRONMENT_FIELDS;
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearest(key, known);
      return {
        message: `${place}: ${key}: ${near === undefined ? 'there is no such field' : `did you mean ${near}?`}`,
        hint: `The fields are ${known.join(', ')}.`,
      };
    });
}

/** GitHub tells environments apart without upper and lower case. */
function findDoubles(names: readonly string[]): readonly Problem[] {
  return names.flatMap((name, index) => {
    const first = names.findIndex((other) => other.toLowerCase() === name.toLowerCase());
    return name === '' || first === index
      ? []
      : [
          {
            message: `environments: entry ${index + 1} (${name}): entry ${first + 1} has this name, too`,
            hint: 'Each environment is there once.',
          },
        ];
  });
}
