import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');

export type Verdict =
  | { readonly kind: 'clean' }
  | { readonly kind: 'findings'; readonly text: string }
  /** This machine has no pip to install it with. */
  | { readonly kind: 'absent'; readonly why: string };

/**
 * What zizmor says of .github, action.yml and the examples. It is a wheel, installed by pip at the version and by the sums of requirements.txt, and asks nobody.
 */
export function zizmorVerdict(): Verdict {
  const installed = install();
  if (installed.kind === 'absent') return installed;
  const args = [
    '--offline',
    '--no-progress',
    '--quiet',
    '--color=never',
    '--strict-collection',
    '.github',
    'action.yml',
    'examples',
  ];
  const { status, stdout, stderr } = run(installed.program, args);
  // 11 to 14: findings, by their severity; anything else is no verdict.
  if (status !== null && status >= 11 && status <= 14) return { kind: 'findings', text: stdout };
  if (status !== 0) throw new Error(`zizmor ended with ${String(status)}: ${stderr}`);
  return { kind: 'clean' };
}

function install(): { readonly kind: 'installed'; readonly program: string } | (Verdict & { readonly kind: 'absent' }) {
  const sum = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 16);
  const folder = join(ROOT, 'node_modules/.cache', `zizmor-${sum}`);
  const program = join(folder, 'bin/zizmor');
  if (existsSync(program)) return { kind: 'installed', program };
  const pip = run('python3', ['-m', 'pip', '--version']);
  if (pip.error !== undefined || pip.status !== 0) return { kind: 'absent', why: 'python3 -m pip does not run here' };
  const part = `${folder}.${process.pid}`;
  const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:', '--require-hashes'];
  const { status, stderr } = run('python3', ['-m', 'pip', 'install', ...options, '--target', part, '-r', REQUIREMENTS]);
  if (status !== 0) throw new Error(`zizmor cannot be installed: ${stderr}`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(part, folder);
  return { kind: 'installed', program };
}

function run(program: string, args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(program, [...args], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
