import { isDeepStrictEqual } from 'node:util';
import { withoutChance } from './assigned.ts';
import { conceal } from './conceal.ts';
import { differences, type Difference, type DifferenceKind } from './differences.ts';
import { withoutDefaults } from './defaults.ts';
import { hunks, wholeText, type DiffLine } from './hunks.ts';
import { withoutNoise } from './noise.ts';
import type { DiffSubject, DiffVerb, Sides } from './subject.ts';
import { yamlLines } from './yaml-lines.ts';

/** One field that differs. The values are as they may be shown; long ones are cut, lists and maps are JSON. */
export type FieldChange = {
  readonly path: string;
  readonly kind: DifferenceKind;
  readonly before: string | undefined;
  readonly after: string | undefined;
};

/** What a deploy would do with one object, in a form that may be shown: no value of a Secret is in it. */
export type ObjectDiff = {
  readonly subject: Pick<DiffSubject, 'apiVersion' | 'kind' | 'namespace' | 'name' | 'file' | 'line'>;
  readonly verb: DiffVerb;
  /** None for an object that is created or deleted as a whole. */
  readonly fields: readonly FieldChange[];
  readonly lines: readonly DiffLine[];
};

const LONGEST_VALUE = 200;

/**
 * What would become of an object: fields and lines. `change` with neither: nothing of the object itself differs, only who owns its
 * fields or what this action notes on it.
 */
export function diffObject(subject: DiffSubject): ObjectDiff {
  const { apiVersion, kind, namespace, name, file, line, verb } = subject;
  const sides = comparableSides(subject);
  const shown = { subject: { apiVersion, kind, namespace, name, file, line }, verb };
  // Most objects of a large set stay as they are, and to write them as YAML twice is what takes its time.
  if (isDeepStrictEqual(sides.before, sides.after)) {
    return { ...shown, fields: [], lines: [] };
  }
  const { before, after } = conceal(subject, sides);
  return {
    ...shown,
    fields: before === undefined || after === undefined ? [] : differences(before, after).map(shownField),
    lines: diffLines(verb, { before, after }),
  };
}

/** The sides of a subject without noise and chance: what counts of them. The values of a Secret are still there. */
export function comparableSides(subject: DiffSubject): Sides {
  const { verb, before, after, sent } = subject;
  // What cannot be changed in place has no dry run, so what is sent is all that is known.
  const isAsSent = verb === 'replace' && isDeepStrictEqual(after, sent);
  const live = before !== undefined && after !== undefined && isAsSent ? withoutDefaults(before, after) : before;
  return withoutChance(subject, {
    before: live === undefined ? undefined : withoutNoise(live),
    after: after === undefined ? undefined : withoutNoise(after),
  });
}

function diffLines(verb: DiffVerb, { before, after }: Sides): readonly DiffLine[] {
  if (before !== undefined && after !== undefined) {
    return hunks(yamlLines(before), yamlLines(after));
  }
  if (after !== undefined) {
    return wholeText('+', yamlLines(after));
  }
  return verb === 'delete' && before !== undefined ? wholeText('-', yamlLines(before)) : [];
}

function shownField({ path, kind, before, after }: Difference): FieldChange {
  return { path, kind, before: shownValue(before), after: shownValue(after) };
}

function shownValue(value: unknown): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}
