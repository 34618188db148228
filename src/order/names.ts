const COMMIT = /^[0-9a-f]{40}$/;
const REPOSITORY = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*\/[A-Za-z0-9_.-]+$/;

/** Whether a text is a full commit id: only then may it become a word of a command, or a part of a URL. */
export function isCommit(text: string): boolean {
  return COMMIT.test(text);
}

/** Whether a text is owner/name. A name of dots alone would lead to another place of the URL. */
export function isRepository(text: string): boolean {
  return REPOSITORY.test(text) && !/(^|\/)\.{1,2}$/.test(text);
}
