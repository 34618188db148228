/** The section of a version: its notes without the heading, or what is wrong with it. */
export type Section =
  { readonly kind: 'notes'; readonly notes: string } | { readonly kind: 'wrong'; readonly why: string };

const HEADING = /^## (.+)$/;
const DATED = /^\[?(\d+\.\d+\.\d+)\]? - (\d{4}-\d{2}-\d{2})$/;

/** What CHANGELOG.md says of a version (vX.Y.Z) under its heading `## X.Y.Z - YYYY-MM-DD`, by the rules of Keep a Changelog. */
export function sectionOf(changelog: string, version: string): Section {
  const number = version.replace(/^v/, '');
  const lines = changelog.split('\n');
  const isOfVersion = (line: string): boolean => {
    const [, title = ''] = HEADING.exec(line) ?? [];
    return title.replaceAll(/[[\]]/g, '').split(' ')[0] === number;
  };
  const start = lines.findIndex(isOfVersion);
  if (start === -1) return wrong(`CHANGELOG.md has no heading "## ${number} - YYYY-MM-DD"`);
  if (lines.findLastIndex(isOfVersion) !== start) return wrong(`CHANGELOG.md has ${number} twice`);
  const [, title = ''] = HEADING.exec(lines[start] ?? '') ?? [];
  const [, , date = ''] = DATED.exec(title) ?? [];
  if (Number.isNaN(Date.parse(date)))
    return wrong(`line ${start + 1} of CHANGELOG.md is not "## ${number} - YYYY-MM-DD"`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => HEADING.test(line));
  const notes = rest
    .slice(0, end === -1 ? undefined : end)
    .join('\n')
    .trim();
  return /^\s*-/m.test(notes) ? { kind: 'notes', notes } : wrong(`CHANGELOG.md says nothing about ${number}`);
}

function wrong(why: string): Section {
  return { kind: 'wrong', why };
}
