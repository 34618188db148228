import { addressSection, footerSection, type CommentAbout } from './comment-parts.ts';
import type { Outcome } from './outcome.ts';
import { evidenceSection, problemSection, verdictSection, workloadSections } from './outcome-sections.ts';
import { COMMENT, renderPage, whole, type Section } from './page.ts';
import { rollbackSection } from './rollback.ts';
import { smokeSection } from './smoke-tests.ts';

/** The comment about a deploy, as Markdown of at most 60,000 letters: the verdict, the address, the workloads, and of a failure why. */
export function deployComment(outcome: Outcome, about: CommentAbout): string {
  return renderPage(
    [verdictSection(outcome, 3), addressSection(about), ...deploySections(outcome), footerSection(about)],
    COMMENT,
  );
}

/** What a comment says of a deploy beside its verdict. */
export function deploySections(outcome: Outcome): readonly Section[] {
  const { facts } = outcome;
  return [
    problemSection(outcome),
    ...workloadSections(facts.workloads),
    evidenceSection(facts.workloads),
    whole(4, rollbackSection(facts.rollback), 'How the rollback went is in the log.'),
    ...(outcome.result === 'succeeded'
      ? []
      : [whole(5, smokeSection(facts.smokeTests), 'The smoke tests are in the log.')]),
  ];
}
