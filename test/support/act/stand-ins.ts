import { copyFileSync, cpSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const STAND_INS = join(import.meta.dirname, 'stand-ins');
const NAMES = ['checkout', 'upload-artifact', 'download-artifact'] as const;

/** Folders of the runs of one repository. */
export type Places = {
  /** What is uploaded: a folder for each run, in it one for each artifact. */
  readonly artifacts: string;
  /** The repository that is checked out. */
  readonly origin: string;
};

/** `actions/checkout@<pin of the workflows>` → the folder of its stand-in, which is written into `folder`. */
export function layOutStandIns(folder: string, places: Places): Readonly<Record<string, string>> {
  const pins = pinsOfWorkflows();
  const copies = NAMES.map((name): readonly [string, string] => {
    const copy = join(folder, name);
    cpSync(join(STAND_INS, name), copy, { recursive: true });
    copyFileSync(join(STAND_INS, 'step.mjs'), join(copy, 'step.mjs'));
    writeFileSync(join(copy, 'settings.json'), JSON.stringify(places));
    return [name, copy];
  });
  return Object.fromEntries(
    copies.flatMap(([name, copy]) =>
      pins.filter((pin) => pin.startsWith(`actions/${name}@`)).map((pin) => [pin, copy]),
    ),
  );
}

/** Every `owner/name@ref` of the workflows in the tree and of those in the examples. */
function pinsOfWorkflows(): readonly string[] {
  const files = globSync(['.github/workflows/*.yml', 'examples/*/.github/workflows/*.yml'], { cwd: ROOT });
  const pins = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(/uses: ([\w./-]+@[\w.-]+)/g)].map(([, pin = '']) => pin),
  );
  return [...new Set(pins)];
}
