/** The list of a file in which a kind of test stands, by what container-structure-test puts before its name (LogName in pkg/types/v2). */
const SECTIONS: Readonly<Record<string, string>> = {
  'Command Test': 'commandTests',
  'File Existence Test': 'fileExistenceTests',
  'File Content Test': 'fileContentTests',
  'Metadata Test': 'metadataTest',
  'License Test': 'licenseTests',
};

/**
 * The line, from 1, of a test that is called "Command Test: node runs" in a file of YAML or JSON: that of its name, else that of its list. For a result
 * without a name, which is about the file itself, it is the line that its errors name. Undefined when none is found.
 */
export function lineOfTest(name: string, errors: readonly string[], text: string): number | undefined {
  if (name === '') {
    const [, line] = /\bline (\d+)\b/.exec(errors.join('\n')) ?? [];
    return line === undefined ? undefined : Number(line);
  }
  const [, kind = '', own] = /^([^:]*)(?:: (.*))?$/s.exec(name) ?? [];
  const section = SECTIONS[kind];
  const lines = text.split('\n');
  const start = section === undefined ? -1 : lines.findIndex((line) => isKey(line, section));
  const named = own === undefined ? -1 : lineNamed(lines, own, Math.max(start, 0));
  const index = named === -1 ? start : named;
  return index === -1 ? undefined : index + 1;
}

function isKey(line: string, key: string): boolean {
  return new RegExp(`^\\s*["']?${key}["']?\\s*:`).test(line);
}

/** A name that another one begins with is not that one; one that is written in another way is found by its words. */
function lineNamed(lines: readonly string[], name: string, start: number): number {
  const isFrom = (index: number): boolean => index >= start;
  const exact = lines.findIndex((line, index) => isFrom(index) && nameIn(line) === name);
  return exact === -1
    ? lines.findIndex((line, index) => isFrom(index) && line.includes(name) && /\bname\b/.test(line))
    : exact;
}

function nameIn(line: string): string | undefined {
  const [, value] = /\bname["']?\s*:\s*(.*?)[\s,}]*$/.exec(line) ?? [];
  return value?.replace(/\s+#.*$/, '').replace(/^(["'])(.*)\1$/, '$2');
}
