import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needsOf } from '../../src/check/access.ts';
import { minimalRole } from '../../src/check/minimal-role.ts';
import { setOf } from '../unit/check/set.ts';
import { NO_WISHES } from '../unit/check/wishes.ts';
import { ROOT } from './source-files.ts';

const FOLDER = join(ROOT, 'examples/shop/k8s');

/** The Roles that the check prints for examples/shop and its workflow, which has no input that needs more rights. */
export function rolesOfExample(): string {
  const manifests = readdirSync(FOLDER).map((file) => readFileSync(join(FOLDER, file), 'utf8'));
  return minimalRole(needsOf(setOf(manifests.join('---\n')), { ...NO_WISHES, references: true }), 'k8s-deploy');
}
