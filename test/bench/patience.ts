import { parseArgs } from 'node:util';
import { PATIENCE_CASES } from '../support/patience-cases.ts';
import { openScene } from '../support/scene.ts';
import { markdownTable, today, writeSection } from './document.ts';

/**
 * `npm run bench:patience [-- --only=<text in the name> --runs=3]`: the deploys that must not be given up, three times each, every round in a
 * namespace of its own. Writes the section "No false alarm" of docs/benchmarks.md when all were made three times. The exit code is 1 when one was not
 * green. K8S_DEPLOY_TEST_LAB names a lab that runs; without it each round starts one.
 */
const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, runs: { type: 'string', default: '3' } },
});
const runs = Number(values.runs);
const chosen = PATIENCE_CASES.filter(({ name }) => name.includes(values.only));
const cells = new Map<string, string[]>(chosen.map(({ name }) => [name, []]));
let hasFailed = false;

for (let round = 1; round <= runs; round += 1) {
  const scene = await openScene(`patience-${round}`);
  try {
    for (const { name, run } of chosen) {
      const { outputs, exitCode, seconds, log } = await run(scene);
      const isGreen = exitCode === 0 && outputs['result'] === 'succeeded';
      const text = isGreen
        ? `${seconds.toFixed(1)} s`
        : `**${outputs['result'] ?? 'nothing'}** (${outputs['reason'] ?? ''})`;
      cells.get(name)?.push(text);
      console.error(`round ${round} of ${runs}: ${name}: ${text}`);
      if (!isGreen) {
        hasFailed = true;
        console.error(log);
      }
    }
  } finally {
    await scene.close();
  }
}

const text = `## No false alarm

Each of these has to end green, ${today()}. The seconds are of the whole run; something else says how it ended instead.

${markdownTable(
  ['what happens during the rollout', ...Array.from({ length: runs }, (_unused, index) => `run ${index + 1}`)],
  [...cells].map(([name, results]) => [name, ...results]),
)}
`;
console.log(text);
if (values.only === '' && runs >= 3) {
  writeSection('patience', text);
}
process.exitCode = hasFailed ? 1 : 0;
