import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findLab, startLab, type Lab } from '../test/lab/lab.ts';
import { runFiles } from './test/run-files.ts';
import { select, USAGE } from './test/selection.ts';
import { countProblem, emptyTally, formatTally } from './test/tally.ts';

/**
 * `npm test [-- <group or file>…]`: runs the tests. Those in test/e2e get a lab of their own, or the running one that
 * K8S_DEPLOY_TEST_LAB names. The last line is the sum; the exit code is 1 unless something passed and nothing failed.
 */
const root = join(import.meta.dirname, '..');
const words = process.argv.slice(2);
const tally = emptyTally();
const interrupt = new AbortController();
const interrupted = new Promise<undefined>((resolve) => {
  interrupt.signal.addEventListener('abort', () => resolve(undefined));
});

async function main(): Promise<void> {
  const { plain, onLab, problems } = select(words, root);
  for (const problem of problems) {
    countProblem(tally, problem);
  }
  const run = { root, signal: interrupt.signal };
  if (plain.length > 0) {
    const concurrency = availableParallelism();
    say(`tests: without a lab, ${plain.length} files, ${concurrency} at a time`);
    await runFiles({ ...run, files: plain, concurrency, timeoutSeconds: 120, isEachTestSaid: false }, tally, say);
  }
  if (onLab.length > 0 && !interrupt.signal.aborted) {
    say(`tests: on a lab, ${onLab.length} files, one after the other`);
    const options = { ...run, files: onLab, concurrency: 1, timeoutSeconds: 20 * 60, isEachTestSaid: true };
    await onALab(async () => runFiles(options, tally, say));
  }
}

/** Starts the lab, lets the children know it through their environment, and stops it whatever happens. */
async function onALab(work: () => Promise<void>): Promise<void> {
  const lab = await labForTests();
  if (lab === undefined) {
    return;
  }
  try {
    Object.assign(process.env, lab.env, { K8S_DEPLOY_TEST_LAB: lab.name });
    await work();
  } finally {
    if (lab.name === ownName) {
      await lab.stop();
    }
  }
}

const ownName = `test-${process.pid}`;

async function labForTests(): Promise<Lab | undefined> {
  const given = process.env['K8S_DEPLOY_TEST_LAB'];
  try {
    const found = given === undefined ? startLab({ name: ownName, attached: true }) : findLab(given);
    const lab = await Promise.race([found, interrupted]);
    if (lab === undefined && !interrupt.signal.aborted) {
      throw new Error(`no lab "${given ?? ''}" is running (K8S_DEPLOY_TEST_LAB)`);
    }
    return lab;
  } catch (error) {
    countProblem(tally, `No lab, so no e2e test ran: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function say(line: string): void {
  console.log(line);
}

for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    countProblem(tally, `The tests were stopped by ${name}`);
    interrupt.abort();
  });
}

await main();
if (tally.failures.length > 0) {
  say(`\nFailed:\n\n${tally.failures.join('\n\n')}\n`);
}
if (tally.passed + tally.failed + tally.skipped === 0) {
  say(`No test ran. ${USAGE}`);
}
say(formatTally(tally));
// Not left to the event loop: a lab that was still starting when the tests were stopped would hold it. It is attached and ends with us.
process.exit(tally.failed === 0 && tally.passed > 0 ? 0 : 1);
