import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runOrExit } from './run-command.ts';

/** Builds dist/: TypeScript emits JavaScript (ncc cannot load TypeScript 7), ncc makes one minified file of it. */
const root = join(import.meta.dirname, '..');
rmSync(join(root, 'build'), { recursive: true, force: true });
rmSync(join(root, 'dist'), { recursive: true, force: true });
runOrExit('tsc', ['-p', 'tsconfig.build.json'], root);
runOrExit(
  'ncc',
  ['build', 'build/index.js', '--out', 'dist', '--minify', '--license', 'licenses.txt', '--quiet'],
  root,
);
