import type { Shown } from './browser.ts';

/** What a page has to have. */
export type Expectation = {
  /** Of the first heading. */
  readonly verdict: RegExp;
  /** Headings of its tables in their order, and the rows of each. */
  readonly tables: readonly (readonly [heading: string, rows: number])[];
  readonly diagrams: number;
  /** Of code: diffs, what pods say. All of them are closed. */
  readonly folds: number;
  /** Text that has to be there, as a person reads it. */
  readonly says: readonly string[];
  /** Whoever wants to break the page may make a table so wide that it has to be scrolled. */
  readonly mayScroll?: boolean;
};

/** All that this action writes; anything else came from outside. */
const ELEMENTS =
  'h2 h3 p a code pre span strong ul li table thead tbody tr th td details summary section div br input article'.split(
    ' ',
  );

/** What is wrong with a page that is shown. Empty: it is as GitHub's readers should see it. */
export function faultsOf(shown: Shown, expected: Expectation): readonly string[] {
  const tables = shown.tables.map(({ heading, rows }) => `${heading}: ${rows}`);
  const wanted = expected.tables.map(([heading, rows]) => `${heading}: ${rows}`);
  return [
    ...fault(!expected.verdict.test(shown.verdict), `the verdict is "${shown.verdict}"`),
    ...fault(
      tables.join('; ') !== wanted.join('; '),
      `the tables are "${tables.join('; ')}", not "${wanted.join('; ')}"`,
    ),
    ...shown.tables.flatMap(({ heading, columns, cells, hiddenPixels }) => [
      ...fault(
        cells.some((count) => count !== columns.length),
        `rows of ${heading} have ${cells.join(', ')} cells`,
      ),
      ...fault(hiddenPixels > 0 && expected.mayScroll !== true, `${hiddenPixels} pixels of ${heading} are hidden`),
    ]),
    ...fault(shown.folds.all !== expected.folds, `${shown.folds.all} folds, not ${expected.folds}`),
    ...fault(shown.folds.open > 0, `${shown.folds.open} folds are open`),
    ...fault(
      shown.diagrams.length !== expected.diagrams,
      `${shown.diagrams.length} diagrams, not ${expected.diagrams}`,
    ),
    ...shown.diagrams.flatMap(({ isDrawn, text }) =>
      fault(!isDrawn || /syntax error|maximum text size/i.test(text), `a diagram is not drawn: ${text.slice(0, 200)}`),
    ),
    ...expected.says.flatMap((words) => fault(!shown.text.includes(words), `"${words}" cannot be read`)),
    ...shown.complaints,
    ...harmsOf(shown),
  ];
}

/** What text from outside must never bring about. */
export function harmsOf({ elements, handlers, links, requests, messages, wide }: Shown): readonly string[] {
  return [
    ...elements.filter((name) => !ELEMENTS.includes(name)).map((name) => `there is a <${name}>`),
    ...handlers.map((name) => `there is an ${name}=""`),
    ...links.filter((link) => !/^https?:\/\//.test(link)).map((link) => `there is a link to ${link}`),
    ...requests.filter((url) => !/^(about|data):/.test(url)).map((url) => `the page asked for ${url}`),
    ...messages.map((text) => `the browser says: ${text}`),
    ...wide.map((what) => `it stands out of the box: ${what}`),
  ];
}

function fault(isOne: boolean, words: string): readonly string[] {
  return isOne ? [words] : [];
}
