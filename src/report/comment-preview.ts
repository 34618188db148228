import type { PreviewFact } from '../preview/facts.ts';
import { addressSection, footerSection, minuteOf, type CommentAbout } from './comment-parts.ts';
import { deploySections } from './comment.ts';
import { paragraph, text } from './markdown.ts';
import type { Outcome } from './outcome.ts';
import { verdictSection } from './outcome-sections.ts';
import { always, COMMENT, renderPage } from './page.ts';
import { previewSentence } from './preview.ts';

/**
 * The comment once a run is over, as Markdown of at most 60,000 letters: a preview that is ready has its address and how long it lives, one
 * that failed has why, one that is gone says so.
 */
export function previewComment(outcome: Outcome, preview: PreviewFact, about: CommentAbout): string {
  const isThere = preview.state === 'deployed';
  const sections = [
    verdictSection(outcome, 3),
    ...(isThere ? [addressSection({ url: preview.url ?? about.url })] : []),
    always(paragraph(text(`${stateOf(preview, outcome.result === 'succeeded')}.`))),
    ...deploySections(outcome),
    footerSection(about),
  ];
  return renderPage(sections, COMMENT);
}

function stateOf(preview: PreviewFact, isReady: boolean): string {
  if (preview.state !== 'deployed') {
    return previewSentence(preview);
  }
  const { expiresAt } = preview;
  const what = isReady
    ? previewSentence(preview)
    : `${previewSentence(preview)}, and may run an earlier commit or none`;
  return expiresAt === undefined ? what : `${what}. It lives until ${minuteOf(expiresAt)}; each deploy prolongs that`;
}
