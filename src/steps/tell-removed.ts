import { keepComment } from '../github/comments.ts';
import { previewKey } from '../plan/github-plan.ts';
import type { PreviewFact, RemovalFact } from '../preview/facts.ts';
import { previewComment } from '../report/comment-preview.ts';
import { concludeRemovals } from '../report/outcome.ts';
import { NO_FACTS } from '../report/facts.ts';
import type { Run } from './run.ts';
import { tellUntold } from './untold.ts';

/** Says in the comments about previews that a sweep has removed that they are gone. No comment is made where none is. */
export async function tellRemoved(removals: readonly RemovalFact[], run: Run): Promise<void> {
  const { plan, ports, journal } = run;
  const { access, hasPreviewComments } = plan.github;
  if (access === undefined || !hasPreviewComments) {
    return;
  }
  for (const preview of removals.flatMap(goneOf)) {
    const { app, namespace, pullRequest } = preview;
    const body = bodyOf(preview, run);
    // The label of the namespace is short where the name of the app is long.
    const key = previewKey(plan.sweep?.app ?? app);
    const told = await keepComment(access, { pullRequest, key, body, isNewWelcome: false }, ports);
    if (told.kind === 'untold') {
      const title = `The comment on pull request ${pullRequest} does not say that ${namespace} is removed`;
      tellUntold({ title, why: told.why, markdown: undefined }, journal, ports);
      // The others would come to the same, be it for the token or for GitHub.
      return;
    }
  }
}

/** A pull request that does not exist has no comments. */
function goneOf({ namespace, app, pullRequest, why, outcome }: RemovalFact): readonly PreviewFact[] {
  const isTold = pullRequest !== undefined && why !== 'orphaned' && outcome === 'removed';
  return isTold ? [{ namespace, app, pullRequest, url: undefined, expiresAt: undefined, state: 'destroyed' }] : [];
}

function bodyOf(preview: PreviewFact, { plan, ports, journal }: Run): string {
  return previewComment(concludeRemovals({ ...NO_FACTS, preview }), preview, {
    app: plan.sweep?.app ?? preview.app,
    environment: plan.github.previewEnvironment,
    namespace: preview.namespace,
    url: undefined,
    runUrl: journal.facts().target?.runUrl ?? '',
    sha: undefined,
    updatedAtMilliseconds: ports.clock.now(),
  });
}
