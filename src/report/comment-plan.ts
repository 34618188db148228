import { footerSection, type CommentAbout } from './comment-parts.ts';
import type { Outcome } from './outcome.ts';
import { problemSection, verdictSection } from './outcome-sections.ts';
import { COMMENT, renderPage } from './page.ts';
import { planSections } from './plan-sections.ts';

/** The comment about a plan, as Markdown of at most 60,000 letters: the verdict, what would change, folded diffs, and the hash to copy. */
export function planComment(outcome: Outcome, about: CommentAbout): string {
  const { plan } = outcome.facts;
  return renderPage(
    [
      verdictSection(outcome, 3),
      problemSection(outcome),
      ...(plan === undefined ? [] : planSections(plan)),
      footerSection(about),
    ],
    COMMENT,
  );
}
