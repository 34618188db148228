import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fail, input, output, refuseUnknownInputs, settings } from './step.mjs';

refuseUnknownInputs();
const folder = resolve(process.env.GITHUB_WORKSPACE, input('path'));
const wanted = input('ref') || process.env.GITHUB_SHA;
const depth = input('fetch-depth') === '0' ? [] : ['--depth', input('fetch-depth')];
const git = (...words) => execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8' }).trim();
mkdirSync(folder, { recursive: true });
try {
  git('init', '--quiet');
  git('fetch', '--quiet', ...depth, `file://${settings.origin}`, wanted);
  git('checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD');
} catch {
  fail(`A branch, tag or commit '${wanted}' could not be found`);
}
output('commit', git('rev-parse', 'HEAD'));
console.log(`checked out ${git('rev-parse', 'HEAD')}`);
