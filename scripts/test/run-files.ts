import { relative, resolve } from 'node:path';
import { run } from 'node:test';
import { count, formatTally, type Tally } from './tally.ts';

export type RunOptions = {
  readonly files: readonly string[];
  /** How many files run at the same time. */
  readonly concurrency: number;
  /** A file or a test that takes longer has failed. */
  readonly timeoutSeconds: number;
  /** Says each test as it ends; otherwise a line for each file, and those tests that did not pass. */
  readonly isEachTestSaid: boolean;
  readonly root: string;
  readonly signal: AbortSignal;
};

/** Runs test files, each in a process of its own, says how each one went, and adds to the tally. */
export async function runFiles(options: RunOptions, tally: Tally, say: (line: string) => void): Promise<void> {
  const { files, concurrency, root, signal, timeoutSeconds } = options;
  const written = new Map<string, string>();
  const events = run({ files: [...files], concurrency, cwd: root, signal, timeout: timeoutSeconds * 1000 });
  for await (const { type, data } of events) {
    switch (type) {
      case 'test:pass':
      case 'test:fail': {
        const before = tally.failures.length;
        const counted = count(tally, data, root);
        if (counted !== undefined && (options.isEachTestSaid || !counted.isPassed)) {
          say(`  ${counted.text}${data.details.duration_ms < 1000 ? '' : `, ${seconds(data.details.duration_ms)}`}`);
        }
        addOutput(tally, before, written.get(resolve(root, data.file ?? '')));
        break;
      }
      case 'test:stdout':
      case 'test:stderr':
        written.set(resolve(root, data.file), (written.get(resolve(root, data.file)) ?? '') + data.message);
        break;
      case 'test:summary':
        if (data.file !== undefined) {
          const { passed, failed, cancelled, skipped, todo } = data.counts;
          const sum = formatTally({ passed, failed: failed + cancelled, skipped: skipped + todo });
          say(`${relative(root, data.file)}: ${sum}, ${seconds(data.duration_ms)}`);
        }
        break;
      default:
    }
  }
}

const OUTPUT_LINES = 60;

/** What a file wrote stands below its first failure. */
function addOutput(tally: Tally, before: number, output: string | undefined): void {
  const failure = tally.failures[before];
  if (failure !== undefined && output !== undefined && output.trim() !== '') {
    const lines = output.trimEnd().split('\n').slice(-OUTPUT_LINES);
    tally.failures[before] = [failure, '  output of the file:', ...lines.map((line) => `  | ${line}`)].join('\n');
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
