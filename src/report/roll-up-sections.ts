import type { Collected, CollectedEntry } from '../collect/read-results.ts';
import { formatProblem } from '../errors.ts';
import { bullets, code, heading, link, paragraph, table, text, type Cell } from './markdown.ts';
import { restOf } from './outcome-sections.ts';
import { several, type Section } from './page.ts';
import { nameOf, shortDigests } from './roll-up.ts';
import { MARKS } from './summary-tables.ts';
import { clip } from '../values/visible.ts';

const LONGEST_VERDICT = 500;

/** The table of all deploys, a row each, and the files that could not be read. Deploys that went wrong get their room first. */
export function rollUpSections({ entries, problems }: Collected): readonly Section[] {
  const badFirst = entries.toSorted((one, other) => Number(isGood(one)) - Number(isGood(other)));
  return [
    several(1, badFirst, (shown, leftOut) => {
      const rows = (leftOut === 0 ? entries : shown).map((entry) => rowOf(entry, entries));
      return [
        heading(3, 'Environments'),
        ...(rows.length === 0
          ? []
          : [table(['environment', 'result', 'verdict', 'commit', 'image', 'URL', 'seconds', 'run'], rows)]),
        ...restOf(leftOut, 'environment', 'environments'),
      ];
    }),
    several(5, problems, (shown, leftOut) => [
      paragraph(text('Files that are no report of a deploy:')),
      ...(shown.length === 0
        ? []
        : [bullets(shown.map((problem) => [text(clip(formatProblem(problem), LONGEST_VERDICT))]))]),
      ...restOf(leftOut, 'file', 'files'),
    ]),
  ];
}

function isGood({ deploy }: CollectedEntry): boolean {
  return deploy?.result === 'succeeded';
}

function rowOf(entry: CollectedEntry, entries: readonly CollectedEntry[]): readonly Cell[] {
  const { deploy } = entry;
  const image = shortDigests(entry);
  if (deploy === undefined) {
    return [nameOf(entry, entries), `${MARKS.unknown} did not report`, '', '', '', '', '', ''];
  }
  return [
    nameOf(entry, entries),
    `${MARKS[deploy.result]} ${deploy.result}`,
    clip(deploy.verdict, LONGEST_VERDICT),
    deploy.sha === undefined ? '' : [code(deploy.sha.slice(0, 7))],
    image === undefined ? '' : [code(image)],
    deploy.url === undefined ? '' : [link(deploy.url, 'open')],
    deploy.seconds === undefined ? '' : deploy.seconds.toFixed(0),
    deploy.runUrl === undefined ? '' : [link(deploy.runUrl, deploy.attempt > 1 ? `attempt ${deploy.attempt}` : 'run')],
  ];
}
