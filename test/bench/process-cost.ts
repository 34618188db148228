import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** What a command and all its children cost. */
export type ProcessCost = {
  readonly exitCode: number;
  readonly output: string;
  readonly seconds: number;
  /** When the command ended, on the clock of `performance.now()`. */
  readonly endedAtMilliseconds: number;
  /** Of the command and every child of its that has ended, which at the end are all. */
  readonly cpuSeconds: number;
  /** Highest resident memory by the program's name, of all its processes together. */
  readonly peakMegabytes: Readonly<Record<string, number>>;
};

const SAMPLE_MILLISECONDS = 25;

/** Runs a command to its end. Linux only: memory is read from /proc. */
export async function measureProcess(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ProcessCost> {
  const folder = mkdtempSync(join(tmpdir(), 'cost-'));
  const times = join(folder, 'times');
  const started = performance.now();
  // A shell knows the exact CPU time of the children that it waited for, and of theirs.
  const script = '"$@"; code=$?; times >"$TIMES"; exit $code';
  const child = spawn('sh', ['-c', script, 'sh', ...argv], { env: { ...env, TIMES: times } });
  let output = '';
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const peaks: Record<string, number> = {};
  const sampling = setInterval(() => {
    for (const [name, megabytes] of Object.entries(memoryUnder(child.pid ?? 0))) {
      peaks[name] = Math.max(peaks[name] ?? 0, megabytes);
    }
  }, SAMPLE_MILLISECONDS);
  const exitCode = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)));
  const endedAtMilliseconds = performance.now();
  clearInterval(sampling);
  const cpuSeconds = childrenSeconds(readFileSync(times, 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  return {
    exitCode,
    output,
    seconds: (endedAtMilliseconds - started) / 1000,
    endedAtMilliseconds,
    cpuSeconds,
    peakMegabytes: peaks,
  };
}

/** The second line of the shell's `times` is of its children: "0m1.230000s 0m0.340000s", user and system. */
function childrenSeconds(times: string): number {
  const [, children = ''] = times.split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
}

/** The resident memory of a process's descendants, by program. */
function memoryUnder(pid: number): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const child of childrenOf(pid)) {
    const status = contentOf(`/proc/${child}/status`);
    const [program = ''] = contentOf(`/proc/${child}/cmdline`).split('\0');
    const name = basename(program);
    const megabytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
    for (const [one, more] of [[name, megabytes] as const, ...Object.entries(memoryUnder(child))]) {
      sums[one] = (sums[one] ?? 0) + more;
    }
  }
  return sums;
}

function childrenOf(pid: number): readonly number[] {
  return contentOf(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

/** Empty for what is gone. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
