import { messageOf } from '../errors.ts';
import { withDeadline } from '../github/pause.ts';
import type { Outcome } from '../report/outcome.ts';
import { keepCommentUpToDate } from './comment.ts';
import { end, open } from './github-deployment.ts';
import type { Run } from './run.ts';
import { tellUntold } from './untold.ts';

/** How long GitHub may take to hear that a run begins; the run does not wait for that. */
const LONGEST_OPENING_SECONDS = 45;

/** How long a run that is over waits until GitHub has heard of it, whatever there is to tell: a GitHub that is down holds no job up for longer. */
const LONGEST_END_SECONDS = 45;

/**
 * Does the work while GitHub shows it as a deployment, and then says how it ended, there and in the comment on the pull request. What GitHub
 * cannot be told changes nothing of the outcome.
 */
export async function onGitHub(run: Run, work: () => Promise<Outcome>): Promise<Outcome> {
  const opening = open(within(LONGEST_OPENING_SECONDS, run));
  const outcome = await work();
  const ending = within(LONGEST_END_SECONDS, run);
  if (outcome.result === 'cancelled') {
    // There are seconds left; the post step has more.
    await opening;
  } else {
    await Promise.all([
      safely('The deployment on GitHub is not up to date', ending, async () => end(await opening, outcome, ending)),
      safely('The comment on the pull request', ending, async () => keepCommentUpToDate(outcome, ending)),
    ]);
  }
  return { ...outcome, facts: { ...outcome.facts, untold: run.journal.facts().untold } };
}

function within(seconds: number, run: Run): Run {
  return { ...run, ports: withDeadline(run.ports, seconds) };
}

/** A deploy that is green stays so, whatever throws. */
async function safely(title: string, { journal, ports }: Run, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    tellUntold({ title, why: messageOf(error), markdown: undefined }, journal, ports);
  }
}
