import { existsSync, readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from '../../test/lab/command.ts';
import { line } from '../demo/say.ts';

const HERE = import.meta.dirname;
const STAMP = join(HERE, 'node_modules/.installed-from');
const LOCKFILE = join(HERE, 'package-lock.json');

/** The browser, letters as wide as those of GitHub's pages, and the marks of verdicts. */
const DEBIAN_PACKAGES = ['chromium', 'fonts-liberation', 'fonts-noto-color-emoji'];

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Installs the packages beside this file when they are missing or stale. They are not in the root's lockfile: nothing else needs them. */
export async function installPackages(): Promise<void> {
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === readFileSync(LOCKFILE, 'utf8')) {
    return;
  }
  line('Installing the npm packages of scripts/pictures (npm ci)');
  await run(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: HERE });
  await copyFile(LOCKFILE, STAMP);
}

/** The path of Chromium, or of a Chrome. Where there is none, Debian's is installed. */
export async function browserPath(): Promise<string> {
  const found = findBrowser();
  if (found !== undefined) {
    return found;
  }
  const names = DEBIAN_PACKAGES.join(' ');
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    throw new Error(`there is no Chromium, and only root with apt-get can install the Debian packages ${names}`);
  }
  line(`Installing Debian packages: ${names}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run(['apt-get', 'update'], { env });
  await run(['apt-get', 'install', '--yes', '--no-install-recommends', ...DEBIAN_PACKAGES], { env });
  const installed = findBrowser();
  if (installed === undefined) {
    throw new Error(`the Debian packages ${names} brought no browser`);
  }
  return installed;
}

function findBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':');
  const candidates = BROWSERS.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env['CHROME_PATH'] ?? '', ...candidates].find((path) => path !== '' && existsSync(path));
}

export function fileOfPackage(path: string): string {
  return join(HERE, 'node_modules', path);
}

/** The address of a module that may not be installed yet; so that the types of the project do not depend on it either. */
export function moduleOfPackage(path: string): string {
  return pathToFileURL(fileOfPackage(path)).href;
}
