/** One field: quoted with doubled quotes inside, or everything up to the next comma. */
const FIELD = /\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(,|$)/y;

/** The fields of one line of CSV: `type=raw,"value=a,b"` → ["type=raw", "value=a,b"]. Undefined when a quote is not closed. */
export function commaFields(line: string): readonly string[] | undefined {
  const fields: string[] = [];
  FIELD.lastIndex = 0;
  for (;;) {
    const match = FIELD.exec(line);
    if (match === null || match[2]?.startsWith('"') === true) {
      return undefined;
    }
    fields.push(match[1]?.replaceAll('""', '"') ?? (match[2] ?? '').trim());
    if (match[3] === '') {
      return fields;
    }
  }
}
