import { keepComment } from '../github/comments.ts';
import type { Outcome } from '../report/outcome.ts';
import { planComment } from '../report/comment-plan.ts';
import { previewComment } from '../report/comment-preview.ts';
import type { CommentAbout } from '../report/comment-parts.ts';
import { deployComment } from '../report/comment.ts';
import type { Run } from './run.ts';
import { tellUntold } from './untold.ts';

/** Brings the one comment on the pull request up to date. What cannot be told there is told in the summary. */
export async function keepCommentUpToDate(outcome: Outcome, { plan, ports, journal }: Run): Promise<void> {
  const { access, comment } = plan.github;
  if (access === undefined || comment === undefined || isAboutNothing(outcome)) {
    return;
  }
  const body = bodyOf(outcome, aboutOf(outcome, ports.clock.now()), plan.command.kind, comment.concealed);
  // Who closes a pull request that never had a preview need not be told that it is gone.
  const isNewWelcome = plan.command.kind !== 'destroy';
  const told = await keepComment(access, { ...comment, body, isNewWelcome }, ports);
  if (told.kind === 'untold') {
    const title = `The comment on pull request ${comment.pullRequest}`;
    tellUntold({ title, why: told.why, markdown: body }, journal, ports);
  }
}

/** Of a pull request that was closed before anything was done, the last word is that of whoever removes its preview. */
function isAboutNothing({ reason, facts }: Outcome): boolean {
  return reason === 'preview-closed' && facts.preview === undefined;
}

function bodyOf(
  outcome: Outcome,
  about: CommentAbout,
  command: Run['plan']['command']['kind'],
  concealed: readonly string[],
): string {
  const { preview, plan, hasChanged } = outcome.facts;
  if (preview !== undefined && command !== 'plan') {
    return previewComment(outcome, preview, about);
  }
  return plan !== undefined && !hasChanged
    ? concealed.reduce((shown, value) => shown.replaceAll(value, '***'), planComment(outcome, about))
    : deployComment(outcome, about);
}

function aboutOf({ facts: { target, url, sha } }: Outcome, nowMilliseconds: number): CommentAbout {
  return {
    app: target?.app ?? '',
    environment: target?.environment,
    namespace: target?.namespace,
    url,
    runUrl: target?.runUrl ?? '',
    sha,
    updatedAtMilliseconds: nowMilliseconds,
  };
}
