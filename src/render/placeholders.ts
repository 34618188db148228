/** `$${NAME}`, `${NAME}` and `${NAME:-default}`, and nothing else that a shell would know. */
const PLACEHOLDER = /\$?\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

export type Placeholder = {
  readonly text: string;
  readonly index: number;
  readonly name: string;
  readonly fallback: string | undefined;
  /** `$${NAME}`: stands for the literal `${NAME}`. */
  readonly escaped: boolean;
};

/** The placeholders of listed names, in order. All else in the text is not ours. */
export function placeholdersIn(text: string, names: ReadonlyMap<string, unknown>): readonly Placeholder[] {
  return [...text.matchAll(PLACEHOLDER)]
    .map((match) => ({
      text: match[0],
      index: match.index,
      name: match[1] ?? '',
      fallback: match[2],
      escaped: match[0].startsWith('$$'),
    }))
    .filter(({ name }) => names.has(name));
}

/** The text with each of its placeholders replaced; what is put in is never looked at again. */
export function fillIn(
  text: string,
  placeholders: readonly Placeholder[],
  valueOf: (placeholder: Placeholder) => string,
): string {
  let filled = '';
  let end = 0;
  for (const placeholder of placeholders) {
    filled += text.slice(end, placeholder.index) + valueOf(placeholder);
    end = placeholder.index + placeholder.text.length;
  }
  return filled + text.slice(end);
}
