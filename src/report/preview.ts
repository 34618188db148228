import type { PreviewFact } from '../preview/facts.ts';
import { minuteOf } from './comment-parts.ts';
import { heading, link, paragraph, text } from './markdown.ts';
import { always, type Section } from './page.ts';

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

/** The part of the JSON report. What is not known is undefined. */
export function previewEntry({ namespace, app, pullRequest, url, expiresAt, state }: PreviewFact): object {
  return { namespace, app, pullRequest, url, expiresAt, state };
}
