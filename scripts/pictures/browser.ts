import { fileOfPackage, moduleOfPackage } from './installed.ts';
import { framed, widthOf, type Place } from './frame.ts';

/** What in-page.js sees on a page. */
export type Sight = {
  /** The first heading. */
  readonly verdict: string;
  readonly text: string;
  /** Names of the elements, without those of diagrams. */
  readonly elements: readonly string[];
  /** Attributes that hold a script. */
  readonly handlers: readonly string[];
  readonly links: readonly string[];
  readonly tables: readonly {
    readonly heading: string;
    readonly columns: readonly string[];
    readonly rows: number;
    /** Of each row, the header first. */
    readonly cells: readonly number[];
    /** As wide as what one has to scroll to. */
    readonly hiddenPixels: number;
  }[];
  readonly folds: { readonly all: number; readonly open: number };
  readonly diagrams: readonly { readonly isDrawn: boolean; readonly text: string; readonly bars: number }[];
  /** The shape of each article, where the page has some. */
  readonly articles: readonly string[];
  /** What stands out of the box. */
  readonly wide: readonly string[];
};

export type Shown = Sight & {
  /** What Mermaid could not draw. */
  readonly complaints: readonly string[];
  /** Addresses that the page wanted to load. */
  readonly requests: readonly string[];
  /** Scripts of the page that failed, and messages of the console. */
  readonly messages: readonly string[];
  picture(scale: number): Promise<Uint8Array>;
  close(): Promise<void>;
};

export type Browser = { show(body: string, place: Place): Promise<Shown>; close(): Promise<void> };

/** Of puppeteer, as far as it is used. */
type Tab = {
  on(event: string, listener: (what: { url(): string; text(): string; message: string }) => void): void;
  setViewport(size: { width: number; height: number; deviceScaleFactor: number }): Promise<void>;
  setContent(html: string): Promise<void>;
  addScriptTag(script: { path: string }): Promise<unknown>;
  evaluate<Result>(expression: string): Promise<Result>;
  $(selector: string): Promise<{ screenshot(): Promise<Uint8Array> } | null>;
  close(): Promise<void>;
};
type Puppeteer = {
  launch(options: object): Promise<{ newPage(): Promise<Tab>; close(): Promise<void> }>;
};

export async function openBrowser(executablePath: string): Promise<Browser> {
  const { default: puppeteer }: { default: Puppeteer } = await import(
    moduleOfPackage('puppeteer-core/lib/puppeteer/puppeteer-core.js')
  );
  // Chromium has no sandbox for root. Names lead nowhere: nothing outside is to be asked.
  const isRoot = process.getuid?.() === 0;
  const args = [...(isRoot ? ['--no-sandbox'] : []), '--host-resolver-rules=MAP * ~NOTFOUND', '--lang=en'];
  const chromium = await puppeteer.launch({ executablePath, args });
  return {
    show: async (body, place) => showIn(await chromium.newPage(), body, place),
    close: async () => chromium.close(),
  };
}

async function showIn(tab: Tab, body: string, place: Place): Promise<Shown> {
  const requests: string[] = [];
  const messages: string[] = [];
  tab.on('request', (request) => requests.push(request.url()));
  tab.on('console', (message) => messages.push(message.text()));
  tab.on('pageerror', (error) => messages.push(error.message));
  const view = (scale: number): Promise<void> =>
    tab.setViewport({ width: widthOf(place), height: 600, deviceScaleFactor: scale });
  await view(1);
  await tab.setContent(framed(body, place));
  await tab.addScriptTag({ path: fileOfPackage('mermaid/dist/mermaid.min.js') });
  await tab.addScriptTag({ path: `${import.meta.dirname}/in-page.js` });
  const complaints = await tab.evaluate<readonly string[]>('drawDiagrams()');
  const sight = await tab.evaluate<Sight>('lookAtPage()');
  return {
    ...sight,
    complaints,
    requests,
    messages,
    picture: async (scale) => {
      await view(scale);
      const box = await tab.$('.box');
      if (box === null) {
        throw new Error('the page has no box');
      }
      return box.screenshot();
    },
    close: async () => tab.close(),
  };
}
