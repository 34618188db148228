/** The lines of a list input: trimmed, without empty ones and without comment lines that start with `#`. */
export function linesOf(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** Parses each line; all wrong lines are reported in one Error, a line each. */
export function eachLine<Item>(text: string, parse: (line: string) => Item): readonly Item[] {
  const items: Item[] = [];
  const wrong: string[] = [];
  for (const line of linesOf(text)) {
    try {
      items.push(parse(line));
    } catch (error) {
      wrong.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (wrong.length > 0) {
    throw new Error(wrong.join('; '));
  }
  return items;
}
