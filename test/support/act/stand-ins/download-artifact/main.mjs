import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail, input, output, refuseUnknownInputs, settings } from './step.mjs';

refuseUnknownInputs();
const [name, pattern] = [input('name'), input('pattern')];
if (/[?[\]{}!]/.test(pattern)) {
  fail('this stand-in knows no other wildcard than *');
}
const run = join(settings.artifacts, process.env.GITHUB_RUN_ID);
const all = existsSync(run) ? readdirSync(run).toSorted() : [];
const wanted = new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`);
const found = name === '' ? all.filter((one) => pattern === '' || wanted.test(one)) : all.filter((one) => one === name);
if (name !== '' && found.length === 0) {
  fail(`Artifact '${name}' not found`);
}
const folder = resolve(process.env.GITHUB_WORKSPACE, input('path'));
// One artifact alone gets no folder of its own, with a pattern either (src/download-artifact.ts of v8.0.1).
const isFlat = name !== '' || input('merge-multiple') === 'true' || found.length === 1;
for (const one of found) {
  cpSync(join(run, one), isFlat ? folder : join(folder, one), { recursive: true });
}
output('download-path', folder);
console.log(`Total of ${found.length} artifact(s) downloaded`);
