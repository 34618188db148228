/**
 * `planned`: nothing of it was changed. `closed`: the pull request was closed while it was deployed, and it is gone again. `absent`: there was
 * none to remove. `left`: it was to be removed, and is still there. `unseen`: it was deleted, and nobody could see its end.
 */
export type PreviewState =
  'planned' | 'deployed' | 'destroyed' | 'closed' | 'absent' | 'left' | 'unseen' | 'would-be-destroyed';

/** The preview that a run was about. */
export type PreviewFact = {
  readonly namespace: string;
  readonly app: string;
  readonly pullRequest: number;
  /** Where it is found; undefined when that is not known. */
  readonly url: string | undefined;
  /** "2026-11-29T00:00:00.000Z"; undefined when it is not there any more. */
  readonly expiresAt: string | undefined;
  readonly state: PreviewState;
};

/** What was found out about a preview: `asked` by a person or a workflow; `open` and `unclear` are reasons to keep it. */
export type RemovalReason = 'closed' | 'expired' | 'orphaned' | 'asked' | 'open' | 'unclear';

/** What became of a namespace that was looked at. */
export type RemovalFact = {
  readonly namespace: string;
  /** As its label has it. */
  readonly app: string;
  /** Undefined when its label is no number. */
  readonly pullRequest: number | undefined;
  readonly why: RemovalReason;
  /**
   * `gone`: somebody else had removed it. `stuck`: it could not be deleted, or is still there after the time for it. `unseen`: it was deleted,
   * and nobody could look any more whether it is gone.
   */
  readonly outcome: 'removed' | 'would-be-removed' | 'kept' | 'stuck' | 'unseen' | 'gone';
  readonly detail: string | undefined;
};
