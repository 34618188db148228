import { isJsonObject, numberAt, objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';

export type SarifLevel = 'error' | 'warning' | 'note';

/** One result of a scanner. */
export type SarifResult = {
  readonly level: SarifLevel;
  readonly rule: string | undefined;
  /** On one line. */
  readonly text: string;
  readonly helpUri: string | undefined;
  /** As the scanner wrote it: a path, a `file:` URL, or something that is no file at all. */
  readonly uri: string | undefined;
  readonly line: number | undefined;
};

const RANKS: Readonly<Record<SarifLevel, number>> = { error: 0, warning: 1, note: 2 };
const LONGEST_TEXT = 300;

/**
 * The results in a SARIF 2.1.0 file (docs.oasis-open.org/sarif), the worst first: by level, then by the `security-severity` of the rule. Results
 * that are suppressed, or of another kind than "fail", are left out. Throws an Error that says why it is no such file.
 */
export function readSarif(text: string): readonly SarifResult[] {
  const content: unknown = JSON.parse(text);
  const version = textAt(content, 'version');
  if (version !== '2.1.0') {
    throw new Error(version === undefined ? 'it has no version of SARIF' : `it is SARIF ${version}, not 2.1.0`);
  }
  const runs = valueAt(content, 'runs');
  if (!Array.isArray(runs) || !runs.every(isJsonObject)) {
    throw new Error('its runs are no list of objects');
  }
  return runs
    .flatMap((run) => objectsAt(run, 'results').flatMap((result) => ranked(result, run)))
    .toSorted((one, other) => RANKS[one.result.level] - RANKS[other.result.level] || other.severity - one.severity)
    .map(({ result }) => result);
}

/** "2 errors, 1 warning"; "nothing" for none. */
export function countLevels(results: readonly SarifResult[]): string {
  const counts = (['error', 'warning', 'note'] as const).flatMap((level) => {
    const count = results.filter((result) => result.level === level).length;
    return count === 0 ? [] : [`${count} ${level}${count === 1 ? '' : 's'}`];
  });
  return counts.join(', ') || 'nothing';
}

function ranked(
  result: JsonObject,
  run: JsonObject,
): readonly { readonly result: SarifResult; readonly severity: number }[] {
  const rule = ruleOf(result, run);
  const level = levelOf(result, rule);
  if (level === undefined || isSuppressed(result) || (textAt(result, 'kind') ?? 'fail') !== 'fail') {
    return [];
  }
  const id = textAt(result, 'ruleId') ?? textAt(result, 'rule', 'id') ?? textAt(rule, 'id');
  const place = ['locations', 0, 'physicalLocation'] as const;
  const severity = Number(valueAt(rule, 'properties', 'security-severity') ?? 0);
  return [
    {
      result: {
        level,
        rule: id,
        text: oneLine(textAt(result, 'message', 'text') ?? textAt(rule, 'shortDescription', 'text') ?? id ?? 'no text'),
        helpUri: textAt(rule, 'helpUri'),
        uri: textAt(result, ...place, 'artifactLocation', 'uri'),
        line: numberAt(result, ...place, 'region', 'startLine'),
      },
      severity: Number.isFinite(severity) ? severity : 0,
    },
  ];
}

function ruleOf(result: JsonObject, run: JsonObject): JsonObject | undefined {
  const rules = objectsAt(run, 'tool', 'driver', 'rules');
  const index = numberAt(result, 'ruleIndex') ?? numberAt(result, 'rule', 'index');
  const id = textAt(result, 'ruleId') ?? textAt(result, 'rule', 'id');
  return (index === undefined ? undefined : rules[index]) ?? rules.find((rule) => textAt(rule, 'id') === id);
}

/** Without a level of its own a result has that of its rule, else "warning" (SARIF 2.1.0, 3.27.10). "none" is no finding. */
function levelOf(result: JsonObject, rule: JsonObject | undefined): SarifLevel | undefined {
  const level = textAt(result, 'level') ?? textAt(rule, 'defaultConfiguration', 'level') ?? 'warning';
  return level === 'error' || level === 'warning' || level === 'note' ? level : undefined;
}

/** One suppression that nobody has under review, or rejected, is enough. */
function isSuppressed(result: JsonObject): boolean {
  return objectsAt(result, 'suppressions').some(
    (suppression) => (textAt(suppression, 'status') ?? 'accepted') === 'accepted',
  );
}

function oneLine(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT - 1)}…` : line;
}
