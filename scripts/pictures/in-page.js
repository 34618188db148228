/* What runs in the browser, on the page, after all of it is there. */

/** Draws the diagrams with the settings that GitHub has. Returns what Mermaid had to complain about. */
globalThis.drawDiagrams = async () => {
  const { mermaid } = globalThis;
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    maxTextSize: 50_000,
    suppressErrorRendering: true,
  });
  const complaints = [];
  for (const [index, place] of [...document.querySelectorAll('[data-diagram]')].entries()) {
    const text = place.textContent;
    place.textContent = '';
    try {
      const { svg } = await mermaid.render(`diagram-${index}`, text, place);
      place.innerHTML = svg;
    } catch (error) {
      complaints.push(String(error));
    }
  }
  return complaints;
};

const isInDiagram = (element) => element.closest('[data-diagram]') !== null;

/** What is in them can be scrolled to and fro, as on GitHub. */
const scrolls = (element) => element.closest('table, pre') !== null;

/** What an article is made of, without words and spans of code. */
const shapeOf = (article) =>
  [...article.querySelectorAll('h2, h3, table, tr, th, td, ul, li, details, summary, pre, section, svg rect.task')]
    .map(({ localName }) => localName)
    .join(' ');

/** What is on the page, for faults.ts to judge. */
globalThis.lookAtPage = () => {
  const body = document.querySelector('.markdown-body');
  const all = [...body.querySelectorAll('*')];
  const { right } = body.getBoundingClientRect();
  const headingBefore = (element) => {
    const headings = [...body.querySelectorAll('h2, h3')];
    const before = headings.filter((one) => one.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
    return before.at(-1)?.textContent ?? '';
  };
  return {
    verdict: body.querySelector('h2, h3')?.textContent ?? '',
    text: body.innerText,
    elements: [...new Set(all.filter((one) => !isInDiagram(one)).map((one) => one.localName))],
    handlers: all.flatMap((one) => one.getAttributeNames().filter((name) => name.startsWith('on'))),
    links: [...body.querySelectorAll('a')].map((one) => one.getAttribute('href') ?? ''),
    tables: [...body.querySelectorAll('table')].map((table) => ({
      heading: headingBefore(table),
      columns: [...table.querySelectorAll('th')].map((cell) => cell.textContent),
      rows: table.querySelectorAll('tbody tr').length,
      cells: [...table.querySelectorAll('tr')].map((row) => row.children.length),
      hiddenPixels: table.scrollWidth - table.clientWidth,
    })),
    folds: { all: body.querySelectorAll('details').length, open: body.querySelectorAll('details[open]').length },
    diagrams: [...body.querySelectorAll('[data-diagram]')].map((place) => ({
      isDrawn: place.querySelector('svg rect.task, svg path, svg .node') !== null,
      text: place.textContent,
      bars: place.querySelectorAll('rect.task').length,
    })),
    articles: [...body.querySelectorAll('article')].map(shapeOf),
    wide: all
      .filter((one) => !scrolls(one) && one.getBoundingClientRect().right > right + 1)
      .map((one) => `${one.localName} ${one.textContent.slice(0, 60)}`),
  };
};
