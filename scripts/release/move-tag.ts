import { parseArgs } from 'node:util';
import { moveTag } from './moving-tag.ts';
import { parseVersion } from './version.ts';

/**
 * Moves the tag of the major version to a version that is released, or says why not.
 *
 *   node scripts/release/move-tag.ts --version v1.2.3 [--suffix=-ghes]
 */
const { values } = parseArgs({
  options: {
    version: { type: 'string', default: '' },
    suffix: { type: 'string', default: '' },
    folder: { type: 'string', default: process.cwd() },
  },
});
const version = parseVersion(values.version);
if (version === undefined) throw new Error(`the version "${values.version}" is not like v1.2.3`);
const move = moveTag(values.folder, version, values.suffix);
console.log(
  move.kind === 'stay'
    ? `release: nothing moves: ${move.why}`
    : `release: ${move.tag} moves from ${move.from ?? 'nowhere'} to ${move.to}`,
);
