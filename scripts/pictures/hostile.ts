import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PAGES } from '../../test/unit/report/hostile-pages.ts';
import { HOSTILE } from '../../test/unit/report/hostile.ts';
import type { Browser } from './browser.ts';
import { harmsOf } from './faults.ts';
import type { Renderer } from './markdown.ts';
import type { Page } from './pages.ts';
import type { Stage } from './stage.ts';

/** What others may write into names and messages, on one real page: the table of reports that say so. */
export async function hostilePage(stage: Stage): Promise<readonly Page[]> {
  const folder = join(stage.workspace, 'results');
  await mkdir(folder);
  const texts = HOSTILE.map(([, text]) => text).filter((text) => text.trim() !== '' && text.length < 255);
  for (const [index, text] of texts.entries()) {
    const target = {
      app: 'shop',
      environment: `${index} ${text}`,
      namespace: text,
      url: text,
      attempt: 1,
      runUrl: text,
    };
    const report = { schemaVersion: 1, result: 'failed', reason: text, verdict: text, sha: text, target, seconds: 1 };
    await writeFile(join(folder, `${index}.json`), JSON.stringify(report));
  }
  const step = await stage.step({ inputs: { command: 'collect', results: 'results' }, exitCode: 1 });
  await rm(folder, { recursive: true });
  return [
    {
      name: 'summary-hostile',
      place: 'summary',
      markdown: step.summary,
      isKept: false,
      expected: {
        verdict: /^❌ 0 of \d+ environments went well; /,
        tables: [['Environments', texts.length]],
        diagrams: 0,
        folds: 0,
        says: ['<img src=x onerror=alert(1)><script>alert(1)</script>', '</details></summary></summary>'],
        mayScroll: true,
      },
    },
  ];
}

/** All pages of the report with each of the texts in every place. Returns what is wrong with them in the browser. */
export async function hostileFaults(render: Renderer, browser: Browser): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const [name, write] of Object.entries(PAGES)) {
    // What is nothing leaves out parts of a page.
    const texts = HOSTILE.filter(([, text]) => text.trim() !== '');
    const parts = ['word', ...texts.map(([, text]) => text)].map((text) => `<article>${render(write(text))}</article>`);
    const shown = await browser.show(parts.join('\n'), 'summary');
    const [shape, ...shapes] = shown.articles;
    faults.push(
      ...shown.complaints.map((complaint) => `${name}: ${complaint}`),
      ...harmsOf(shown).map((harm) => `${name}: ${harm}`),
      ...(shapes.length === texts.length ? [] : [`${name}: ${shapes.length} parts, not ${texts.length}`]),
      ...shapes.flatMap((one, index) =>
        one === shape ? [] : [`${name}, where a text ${texts[index]?.[0]}: ${one}, not ${shape}`],
      ),
    );
    await shown.close();
  }
  return faults;
}
