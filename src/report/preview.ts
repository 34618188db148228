import type { PreviewFact, RemovalFact, RemovalReason } from '../preview/facts.ts';
import { minuteOf } from './comment-parts.ts';
import { harmless } from './harmless.ts';
import { code, heading, link, paragraph, table, text, type Cell } from './markdown.ts';
import { restOf } from './outcome-sections.ts';
import { always, several, type Section } from './page.ts';

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

/** The preview of a deploy or of its end, for the summary. */
export function previewSection(fact: PreviewFact): Section {
  const { url, expiresAt, state } = fact;
  const until = expiresAt === undefined ? '' : `, and lives until ${minuteOf(expiresAt)}`;
  return always(
    heading(3, 'Preview'),
    paragraph(text(`${previewSentence(fact)}${state === 'deployed' ? until : ''}.`)),
    ...(state === 'deployed' && url !== undefined ? [paragraph(text('It is found at '), link(url), text('.'))] : []),
  );
}

/** "The preview of pull request 7 is in the namespace shop-pr-7" */
export function previewSentence(fact: Pick<PreviewFact, 'namespace' | 'pullRequest' | 'state'>): string {
  const preview = `The preview of pull request ${fact.pullRequest}`;
  switch (fact.state) {
    case 'planned':
      return `The namespace of the preview of pull request ${fact.pullRequest} is ${fact.namespace}`;
    case 'deployed':
      return `${preview} is in the namespace ${fact.namespace}`;
    case 'destroyed':
      return `${preview}, the namespace ${fact.namespace}, was removed`;
    case 'closed':
      return `Pull request ${fact.pullRequest} was closed meanwhile: its namespace ${fact.namespace} is removed`;
    case 'absent':
      return `Pull request ${fact.pullRequest} has no preview: there is no namespace ${fact.namespace}`;
    case 'left':
      return `${preview}, the namespace ${fact.namespace}, is still there`;
    case 'unseen':
      return `${preview}, the namespace ${fact.namespace}, was deleted; whether it is gone could not be seen`;
    case 'would-be-destroyed':
      return `${preview}, the namespace ${fact.namespace}, would be removed`;
  }
}

/** The log of the same. */
export function previewLines(fact: PreviewFact): readonly string[] {
  const { url, expiresAt, state } = fact;
  const known =
    state === 'deployed'
      ? [url === undefined ? '' : `at ${url}`, expiresAt === undefined ? '' : `until ${expiresAt}`]
      : [];
  return [harmless([previewSentence(fact), ...known.filter((part) => part !== '')].join(', '))];
}

/** The part of the JSON report. What is not known is undefined. */
export function previewEntry({ namespace, app, pullRequest, url, expiresAt, state }: PreviewFact): object {
  return { namespace, app, pullRequest, url, expiresAt, state };
}

const WEIGHTS: readonly Outcome[] = ['stuck', 'unseen', 'removed', 'would-be-removed', 'gone', 'kept'];

function inOrderOfWeight(facts: readonly RemovalFact[]): readonly RemovalFact[] {
  return facts.toSorted((one, other) => WEIGHTS.indexOf(one.outcome) - WEIGHTS.indexOf(other.outcome));
}
