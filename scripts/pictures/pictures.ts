import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../src/errors.ts';
import { broken, heading, kept, line } from '../demo/say.ts';
import { openBrowser, type Browser, type Shown } from './browser.ts';
import { deployPages } from './deploys.ts';
import { faultsOf } from './faults.ts';
import { browserPath, installPackages, moduleOfPackage } from './installed.ts';
import { hostileFaults, hostilePage } from './hostile.ts';
import { openRenderer, type Renderer } from './markdown.ts';
import { matrixPages } from './matrix.ts';
import type { Page } from './pages.ts';
import { previewPages } from './previews.ts';
import { openStage, type Stage } from './stage.ts';

/**
 * `npm run pictures`: summaries and comments as GitHub shows them. The real bundle runs on a lab; what it writes is rendered as GitHub does, drawn
 * by Chromium, and looked at: whatever is not as it has to be ends this with exit code 1. All pictures are in build/pictures, those that belong
 * to the documents in docs/images too. It installs what it needs: the npm packages of this folder, and Debian's `chromium` with two fonts
 * where there is no Chromium or Chrome (CHROME_PATH names another one).
 */
const ROOT = join(import.meta.dirname, '../..');
const ALL = join(ROOT, 'build/pictures');
const KEPT = join(ROOT, 'docs/images');

/** What a document may weigh down its reader with. */
const MOST_BYTES = 150_000;

/** The finest that is not too heavy is taken. */
const SCALES = [2, 1.5, 1.25, 1];

const COLOURS = 64;

type Sharp = (picture: Uint8Array) => { png(options: object): { toBuffer(): Promise<Buffer> } };

const ACTS: readonly ((stage: Stage) => Promise<readonly Page[]>)[] = [
  deployPages,
  matrixPages,
  previewPages,
  hostilePage,
];

async function pictures(): Promise<boolean> {
  heading('What draws the pages');
  await installPackages();
  const render = await openRenderer();
  const browser = await openBrowser(await browserPath());
  try {
    await rm(ALL, { recursive: true, force: true });
    await mkdir(ALL, { recursive: true });
    await mkdir(KEPT, { recursive: true });
    heading('What is on them: runs of the bundle');
    const pages = await playAll();
    heading('The pages');
    let isGood = true;
    for (const page of pages) {
      isGood = (await drawn(page, render, browser)) && isGood;
    }
    heading('Every page with hostile text in all places');
    const faults = await hostileFaults(render, browser);
    faults.forEach((fault) => broken(fault.slice(0, 300)));
    return isGood && faults.length === 0;
  } finally {
    await browser.close();
  }
}

async function playAll(): Promise<readonly Page[]> {
  const stage = await openStage();
  try {
    const pages: Page[] = [];
    for (const act of ACTS) {
      pages.push(...(await act(stage)));
      line(`${pages.length} pages`);
    }
    return pages;
  } finally {
    await stage.close();
  }
}

/** Draws, judges and keeps one page. */
async function drawn(page: Page, render: Renderer, browser: Browser): Promise<boolean> {
  const path = join(ALL, page.name);
  await writeFile(`${path}.md`, page.markdown);
  const body = render(page.markdown);
  await writeFile(`${path}.html`, body);
  const shown = await browser.show(body, page.place);
  try {
    const { scale, picture } = await finest(shown, page.isKept ? MOST_BYTES : Infinity);
    await writeFile(`${path}.png`, picture);
    const faults = faultsOf(shown, page.expected);
    const size = `${Math.round(picture.length / 1000)} kB at ${scale} pixels a point`;
    const say = faults.length === 0 ? kept : broken;
    say(`${page.name}: ${size}`);
    faults.forEach((fault) => line(`  ${fault}`));
    if (faults.length === 0 && page.isKept) {
      await copyFile(`${path}.png`, join(KEPT, `${page.name}.png`));
    }
    return faults.length === 0;
  } finally {
    await shown.close();
  }
}

/** A picture of few colours weighs a third: text and tables have no more. */
async function finest(
  shown: Shown,
  mostBytes: number,
): Promise<{ readonly scale: number; readonly picture: Uint8Array }> {
  const { default: sharp }: { default: Sharp } = await import(moduleOfPackage('sharp/dist/index.mjs'));
  for (const scale of mostBytes === Infinity ? SCALES.slice(-1) : SCALES) {
    const picture = await sharp(await shown.picture(scale))
      .png({ palette: true, colours: COLOURS, effort: 10 })
      .toBuffer();
    if (picture.length <= mostBytes) {
      return { scale, picture };
    }
  }
  throw new Error(`even at ${SCALES.at(-1)} pixels a point the picture has more than ${mostBytes} bytes`);
}

try {
  process.exitCode = (await pictures()) ? 0 : 1;
} catch (error) {
  console.error(`\nThere are no pictures: ${messageOf(error)}`);
  process.exitCode = 1;
}
