import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runOrExit } from './run-command.ts';

/** Builds dist/: TypeScript emits JavaScript (ncc cannot load TypeScript 7), ncc makes one minified file of each step, main and post. */
const root = join(import.meta.dirname, '..');
const options = ['--minify', '--quiet'];
rmSync(join(root, 'build'), { recursive: true, force: true });
rmSync(join(root, 'dist'), { recursive: true, force: true });
runOrExit('tsc', ['-p', 'tsconfig.build.json'], root);
runOrExit('ncc', ['build', 'build/index.js', '--out', 'dist', '--license', 'licenses.txt', ...options], root);
runOrExit('ncc', ['build', 'build/post.js', '--out', 'build/post', ...options], root);
copyFileSync(join(root, 'build/post/index.js'), join(root, 'dist/post.js'));
