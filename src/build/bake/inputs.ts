import type { BakePlan } from '../../plan/build-slices.ts';
import type { Ports } from '../../ports.ts';
import { isJsonObject, textAt, valueAt, type JsonObject } from '../../values/json.ts';
import { dockerfilePath, linksOf, type BakeTarget, type PrintedBake } from './file.ts';
import { settingsOf, type BuildInputs } from '../record.ts';

type Sha256 = Ports['sha256'];

const HASH_LENGTH = 16;

/**
 * What a target is built from, in the form of `inputsOf`: its own as they are printed, and those of the targets that it is linked to, with
 * their name before each: "base target", "base arg VERSION". Nothing of the machine is in it.
 */
export function bakeInputs(
  { name, definition }: BakeTarget,
  plan: BakePlan,
  { all }: PrintedBake,
  sha256: Sha256,
): BuildInputs {
  const linked = [...linkedTo(definition, all, new Set([name]))];
  return {
    ...withoutArguments(settingsOf(plan, sha256)),
    ...ownInputs(definition, sha256),
    ...Object.fromEntries(
      linked.flatMap(([link, of]) =>
        Object.entries(ownInputs(of, sha256)).map(([key, value]) => [linkedKey(link, key), value]),
      ),
    ),
  };
}

function ownInputs(definition: JsonObject, sha256: Sha256): BuildInputs {
  const hash = (text: string): string => sha256(text).slice(0, HASH_LENGTH);
  const inline = textAt(definition, 'dockerfile-inline') ?? '';
  const target = textAt(definition, 'target');
  return {
    context: textAt(definition, 'context') ?? '.',
    file: dockerfilePath(definition) ?? `inline ${hash(inline)}`,
    ...(target === undefined ? {} : { target }),
    ...listed('platforms', definition),
    ...(valueAt(definition, 'attest') === undefined
      ? {}
      : { attest: hash(JSON.stringify(valueAt(definition, 'attest'))) }),
    ...texts(definition, 'args', (value) => hash(value), 'arg'),
    ...texts(definition, 'contexts', (value) => value, 'context'),
  };
}

/** The printed arguments have those of the plan in them. */
function withoutArguments(inputs: BuildInputs): BuildInputs {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith('arg ')));
}

function listed(key: string, definition: JsonObject): BuildInputs {
  const values = valueAt(definition, key);
  const words = Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
  return words.length === 0 ? {} : { [key]: words.toSorted().join(',') };
}

function texts(definition: JsonObject, key: string, shown: (value: string) => string, word: string): BuildInputs {
  const values = valueAt(definition, key);
  return Object.fromEntries(
    Object.entries(isJsonObject(values) ? values : {}).map(([name, value]) => [
      `${word} ${name}`,
      shown(String(value)),
    ]),
  );
}

/** "arg VERSION" of "base" is "arg base.VERSION": what begins with "arg" stays a build argument. */
function linkedKey(link: string, key: string): string {
  return key.startsWith('arg ') ? `arg ${link}.${key.slice(4)}` : `${link} ${key}`;
}

/** The targets that a target is linked to, also through others, each once; those that are in `seen` are left out. */
export function* linkedTo(
  definition: JsonObject,
  all: PrintedBake['all'],
  seen: Set<string>,
): Generator<readonly [string, JsonObject]> {
  for (const link of linksOf(definition)) {
    const linked = all.get(link);
    if (linked !== undefined && !seen.has(link)) {
      seen.add(link);
      yield [link, linked];
      yield* linkedTo(linked, all, seen);
    }
  }
}
