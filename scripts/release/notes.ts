import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sectionOf } from './changelog.ts';

/** Prints what CHANGELOG.md says of a version: `node scripts/release/notes.ts v1.2.3`. */
const [version = ''] = process.argv.slice(2);
const section = sectionOf(readFileSync(join(import.meta.dirname, '../../CHANGELOG.md'), 'utf8'), version);
if (section.kind === 'wrong') {
  console.error(`release: ${section.why}`);
  process.exitCode = 1;
} else {
  console.log(section.notes);
}
