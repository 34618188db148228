import type { RemovalFact, RemovalReason } from '../preview/facts.ts';
import { minuteOf } from './comment-parts.ts';
import { harmless } from './harmless.ts';
import { code, heading, table, type Cell } from './markdown.ts';
import { restOf } from './outcome-sections.ts';
import { several, type Section } from './page.ts';

type Outcome = RemovalFact['outcome'];

const MARKS: Readonly<Record<Outcome, string>> = {
  removed: '🗑️ removed',
  'would-be-removed': '🗑️ would be removed',
  kept: 'stays',
  stuck: '❌ stuck',
  unseen: '❔ deleted, its end was not seen',
  gone: 'gone already',
};

/** Of the log, padded to one width. */
const WORDS: Readonly<Record<Outcome, string>> = {
  removed: 'removed',
  'would-be-removed': 'would be removed',
  kept: 'kept',
  stuck: 'stuck',
  unseen: 'not seen to go',
  gone: 'gone already',
};

const WIDTH = 16;

const REASONS: Readonly<Record<RemovalReason, string>> = {
  closed: 'closed',
  expired: 'open, expired',
  orphaned: 'does not exist',
  asked: 'asked for',
  open: 'open',
  unclear: 'not known',
};

/** As `toISOString` has it. */
const ISO_TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z\b/g;

const COUNTED: readonly (readonly [Outcome, string, string])[] = [
  ['removed', 'was removed', 'were removed'],
  ['would-be-removed', 'would be removed', 'would be removed'],
  ['stuck', 'is stuck', 'are stuck'],
  ['unseen', 'was not seen to go', 'were not seen to go'],
  ['gone', 'was gone already', 'were gone already'],
  ['kept', 'stays', 'stay'],
];

/** A clause: "3 previews were removed, 1 is stuck, 26 stay". */
export function describeRemovals(facts: readonly RemovalFact[]): string {
  const parts = COUNTED.flatMap(([outcome, one, many]) => {
    const count = facts.filter((fact) => fact.outcome === outcome).length;
    return count === 0 ? [] : [{ count, words: count === 1 ? one : many }];
  });
  const said = parts.map(({ count, words }, index) => {
    const noun = count === 1 ? ' preview' : ' previews';
    return `${count}${index === 0 ? noun : ''} ${words}`;
  });
  return said.length === 0 ? 'there is no preview' : said.join(', ');
}

/** What became of previews, for the summary: a row for each, those that went away or did not first. */
export function removalSection(facts: readonly RemovalFact[]): Section {
  return several(2, inOrderOfWeight(facts), (shown, leftOut) => [
    heading(3, 'Previews'),
    ...(shown.length === 0 ? [] : [table(['namespace', 'pull request', 'what', 'why'], shown.map(removalRow))]),
    ...restOf(leftOut, 'preview', 'previews'),
  ]);
}

function removalRow(fact: RemovalFact): readonly Cell[] {
  const { namespace, pullRequest, outcome } = fact;
  const number = pullRequest === undefined ? 'not known' : String(pullRequest);
  return [[code(namespace)], number, MARKS[outcome], becauseCell(fact)];
}

/** What keeps a preview that might go says itself why it might. */
function becauseCell({ why, outcome, detail }: RemovalFact): string {
  const told = detail?.replaceAll(ISO_TIME, minuteOf);
  const isWhole = outcome === 'kept' && (why === 'closed' || why === 'expired' || why === 'orphaned');
  return told === undefined ? REASONS[why] : isWhole ? told : `${REASONS[why]}: ${told}`;
}

/** The log of the same. */
export function removalLines(facts: readonly RemovalFact[]): readonly string[] {
  return inOrderOfWeight(facts).map(({ namespace, pullRequest, why, outcome, detail }) =>
    harmless(
      `${WORDS[outcome].padEnd(WIDTH)} ${namespace} (pull request ${pullRequest ?? 'not known'}: ${REASONS[why]})${detail === undefined ? '' : `: ${detail}`}`,
    ),
  );
}

/** The part of the JSON report, and the output `removed`. What is not known is undefined. */
export function removalEntries(facts: readonly RemovalFact[]): readonly object[] {
  return facts.map(({ namespace, app, pullRequest, why, outcome, detail }) => ({
    namespace,
    app,
    pullRequest,
    why,
    outcome,
    detail,
  }));
}

const WEIGHTS: readonly Outcome[] = ['stuck', 'unseen', 'removed', 'would-be-removed', 'gone', 'kept'];

function inOrderOfWeight(facts: readonly RemovalFact[]): readonly RemovalFact[] {
  return facts.toSorted((one, other) => WEIGHTS.indexOf(one.outcome) - WEIGHTS.indexOf(other.outcome));
}
