import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { isJsonObject, objectsAt, textAt, valueAt } from '../../src/values/json.ts';

/** Starts the bundle as the runner does: inputs in the environment, files for outputs, state and summary, masks applied to the log. */

const ROOT = join(import.meta.dirname, '../..');
/** The committed bundle, or the one that K8S_DEPLOY_TEST_BUNDLE names. */
export const BUNDLE = process.env['K8S_DEPLOY_TEST_BUNDLE'] ?? join(ROOT, 'dist/index.js');
const POST_BUNDLE = join(dirname(BUNDLE), 'post.js');

/** A step that hangs must fail its test, not hold the whole suite. */
const LONGEST_RUN_SECONDS = 120;

/** How long the pipes of a main process that has ended are still read, when somebody else holds them open. */
const PIPES_MILLISECONDS = 500;

export type StepOptions = {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly workspace: string;
  readonly sha?: string;
  readonly event?: { readonly name: string; readonly payload: unknown };
  /** Variables that the runner sets, for a runner that is broken: `undefined` leaves one out. */
  readonly runner?: Readonly<Record<string, string | undefined>>;
  /** Sends this signal to the main process as soon as the log has the text. */
  readonly signal?: undefined | { readonly name: NodeJS.Signals; readonly atText: string };
  /** Kills the main process and all its children so long after its start, as a machine that dies does. Linux only. */
  readonly killAfterMilliseconds?: number | undefined;
  /** False: the runner died with the step, and nobody runs the post step. */
  readonly hasPost?: boolean;
  /** A RUNNER_TEMP that other runs have used or will use. It stays. */
  readonly temp?: string;
  /** Is called once, as soon as the log has the text; the step's result waits for it too. */
  readonly meanwhile?: undefined | { readonly atText: string; readonly act: () => Promise<unknown> };
  /** For a run that may take longer than others. */
  readonly longestSeconds?: number;
};

export type StepResult = {
  readonly exitCode: number;
  /** What a person sees: commands to the runner are gone, masked values are stars. */
  readonly log: string;
  /** Everything the process wrote, as it wrote it. */
  readonly raw: string;
  readonly annotations: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The text of the JSON report; empty when there is none. */
  readonly report: string;
  /** What is left in RUNNER_TEMP after the post step, save the report. */
  readonly leftovers: readonly string[];
  readonly seconds: number;
  /** From the start of the process to the first line of the log. */
  readonly secondsToFirstLine: number;
  /** What the main process wrote, in pieces as they came; `atSeconds` is from its start. */
  readonly pieces: readonly Piece[];
  /** From the signal to the end of the main process. */
  readonly secondsToStop: number | undefined;
  /** Processes of the step that were still there when its main process had ended (Linux only). */
  readonly survivors: readonly Survivor[];
  /** The files that the run left in its tool cache. */
  readonly cachedTools: readonly string[];
  /** The files for outputs, state and summary, and all that a post step left in RUNNER_TEMP: as written, nothing masked. */
  readonly written: string;
};

export type Piece = { readonly atSeconds: number; readonly text: string };

export type Survivor = { readonly pid: number; readonly command: string };

let runs = 1000;

function nextRunId(): number {
  runs += 1;
  return runs;
}

/** Runs the main step and then the post step, with a RUNNER_TEMP and tool cache of their own unless it is said otherwise. */
export async function runStep(options: StepOptions): Promise<StepResult> {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'));
  const temp = options.temp ?? join(folder, 'temp');
  const files = {
    output: join(folder, 'output'),
    state: join(folder, 'state'),
    summary: join(folder, 'summary'),
    event: join(folder, 'event.json'),
  };
  mkdirSync(temp, { recursive: true });
  for (const path of [files.output, files.state, files.summary]) {
    writeFileSync(path, '');
  }
  writeFileSync(files.event, JSON.stringify(options.event?.payload ?? {}));
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    ...options.env,
    ...inputVariables(options.inputs),
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: options.env?.['RUNNER_TOOL_CACHE'] ?? join(folder, 'tools'),
    GITHUB_WORKSPACE: options.workspace,
    GITHUB_SHA: options.sha ?? '',
    GITHUB_EVENT_NAME: options.event?.name ?? 'push',
    GITHUB_EVENT_PATH: files.event,
    GITHUB_REPOSITORY: 'org/app',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_RUN_ID: String(nextRunId()),
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_OUTPUT: files.output,
    GITHUB_STATE: files.state,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_ACTIONS: 'true',
    ...options.runner,
  };
  try {
    const mark = `RUNNER_TEMP=${temp}`;
    const main = await start(BUNDLE, env, options, () => killAll(mark));
    const survivors = await survivorsWith(mark);
    const state = readCommandFile(files.state);
    const stateVariables = Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
    const post = options.hasPost === false ? undefined : await start(POST_BUNDLE, { ...env, ...stateVariables }, {});
    const raw = main.raw + (post?.raw ?? '');
    const outputs = readCommandFile(files.output);
    const reportPath = outputs['report'] ?? '';
    return {
      exitCode: main.exitCode,
      raw,
      log: asShown(raw),
      annotations: raw.split('\n').filter((line) => /^::(error|warning|notice)/.test(line)),
      outputs,
      summary: masked(readFileSync(files.summary, 'utf8'), raw),
      report: reportPath === '' ? '' : contentOf(reportPath),
      leftovers: readdirSync(temp, { recursive: true, encoding: 'utf8' }).filter(
        (name) => join(temp, name) !== reportPath,
      ),
      seconds: main.seconds,
      secondsToFirstLine: main.secondsToFirstLine,
      pieces: main.pieces,
      secondsToStop: main.secondsToStop,
      survivors,
      cachedTools: filesIn(env.RUNNER_TOOL_CACHE),
      written: [files.output, files.state, files.summary, ...(options.hasPost === false ? [] : filesIn(temp))]
        .map(contentOf)
        .join('\n'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The second, from the start of the main process, at which its log had the text; undefined when it never had. */
export function secondOf({ pieces }: Pick<StepResult, 'pieces'>, text: string): number | undefined {
  let log = '';
  return pieces.find((piece) => {
    log += piece.text;
    return log.includes(text);
  })?.atSeconds;
}

/** The log without the lines that only the runner reads, but with nothing masked: what must hold no secret even where masks fail. */
export function unmaskedLog(raw: string): string {
  return raw
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n');
}

/** Those that are still there after a second: who was just told to end may need a moment for it. */
async function survivorsWith(variable: string): Promise<readonly Survivor[]> {
  for (let look = 0; look < 10 && processesWith(variable).length > 0; look += 1) {
    await sleep(100);
  }
  return processesWith(variable);
}

/** The processes whose environment has this text. A child inherits it, whatever process group it is in and whoever started it. */
export function processesWith(variable: string): readonly Survivor[] {
  if (process.platform !== 'linux') {
    return [];
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => contentOf(`/proc/${pid}/environ`).includes(variable))
    .map((pid) => ({ pid: Number(pid), command: contentOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }));
}

function killAll(variable: string): void {
  for (const { pid } of processesWith(variable)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

/** Every input of action.yml is there, with its default or empty, as the runner has it. */
function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const declared = valueAt(parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')), 'inputs');
  const defaults = Object.keys(isJsonObject(declared) ? declared : {}).map((name) => [
    name,
    textAt(declared, name, 'default') ?? '',
  ]);
  const all: Record<string, string> = { ...Object.fromEntries(defaults), ...inputs };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}

type Ran = {
  readonly exitCode: number;
  readonly raw: string;
  readonly seconds: number;
  readonly secondsToFirstLine: number;
  readonly pieces: readonly Piece[];
  readonly secondsToStop: number | undefined;
};

async function start(
  bundle: string,
  env: Record<string, string | undefined>,
  {
    signal,
    killAfterMilliseconds,
    meanwhile,
    longestSeconds = LONGEST_RUN_SECONDS,
  }: Pick<StepOptions, 'signal' | 'killAfterMilliseconds' | 'meanwhile' | 'longestSeconds'>,
  killOthers: () => void = () => undefined,
): Promise<Ran> {
  const started = performance.now();
  const child = spawn(process.execPath, [bundle], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let raw = '';
  const pieces: Piece[] = [];
  const signalled = signal === undefined ? undefined : once(signal.atText, () => sendSignal(child, signal.name));
  const acting = meanwhile === undefined ? undefined : once(meanwhile.atText, meanwhile.act);
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.setEncoding('utf8').on('data', (text: string) => {
      pieces.push({ atSeconds: (performance.now() - started) / 1000, text });
      raw += text;
      signalled?.see(raw);
      acting?.see(raw);
    });
  }
  const watchdog = setTimeout(() => child.kill('SIGKILL'), longestSeconds * 1000);
  const kill = (): void => {
    child.kill('SIGKILL');
    killOthers();
  };
  const killer = killAfterMilliseconds === undefined ? undefined : setTimeout(kill, killAfterMilliseconds);
  const closed = new Promise((resolve) => child.on('close', resolve));
  // Not `close`: a child that outlives a killed main process holds its pipes open.
  const exitCode = await new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
  clearTimeout(watchdog);
  clearTimeout(killer);
  const ended = performance.now();
  await Promise.race([closed, sleep(PIPES_MILLISECONDS, undefined, { ref: false })]);
  child.stdout.destroy();
  child.stderr.destroy();
  const signalledAt = signalled?.result();
  await acting?.result();
  return {
    exitCode,
    raw,
    seconds: (ended - started) / 1000,
    secondsToFirstLine: pieces[0]?.atSeconds ?? (ended - started) / 1000,
    pieces,
    secondsToStop: signalledAt === undefined ? undefined : (ended - signalledAt) / 1000,
  };
}

function sendSignal(child: ChildProcess, name: NodeJS.Signals): number {
  child.kill(name);
  return performance.now();
}

/** Does something at the first sight of a text, and keeps what came of it. */
function once<Result>(
  text: string,
  act: () => Result,
): { readonly see: (log: string) => void; readonly result: () => Result | undefined } {
  let happened: { readonly result: Result } | undefined;
  return {
    see: (log) => {
      if (happened === undefined && log.includes(text)) {
        happened = { result: act() };
      }
    },
    result: () => happened?.result,
  };
}

/** `name<<delimiter`, lines, `delimiter` (the runner's file commands). */
function readCommandFile(path: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = readFileSync(path, 'utf8').split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const [, name, delimiter] = /^(.*?)<<(.*)$/.exec(lines[index] ?? '') ?? [];
    if (name !== undefined && delimiter !== undefined) {
      const end = lines.indexOf(delimiter, index);
      values[name] = lines.slice(index + 1, end).join('\n');
      index = end;
      continue;
    }
    const [, key, value] = /^([^=]+)=(.*)$/.exec(lines[index] ?? '') ?? [];
    if (key !== undefined && value !== undefined) {
      values[key] = value;
    }
  }
  return values;
}

function asShown(raw: string): string {
  const visible = raw.split('\n').filter((line) => !line.startsWith('::add-mask::') && !line.startsWith('::debug::'));
  return masked(visible.join('\n'), raw);
}

/** What the runner does with `::add-mask::`. */
function masked(text: string, raw: string): string {
  const masks = raw
    .split('\n')
    .filter((line) => line.startsWith('::add-mask::'))
    .map((line) =>
      decodeURIComponent(line.slice('::add-mask::'.length).replaceAll('%0D', '\r').replaceAll('%0A', '\n')),
    )
    .filter((mask) => mask !== '');
  return masks.reduce((shown, mask) => shown.replaceAll(mask, '***'), text);
}

function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Empty for what cannot be read: a process that is gone, or another user's. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

export type DeployedWorkload = { readonly change: string; readonly result: string; readonly cause: string };

/** The workloads in the output of that name: {"deployment/server": {"change": "created", "result": "succeeded", "cause": ""}}. */
export function workloadsOf(step: Pick<StepResult, 'outputs'>): Readonly<Record<string, DeployedWorkload>> {
  const list: unknown = JSON.parse(step.outputs['workloads'] ?? '[]');
  return Object.fromEntries(
    objectsAt({ list }, 'list').map((entry): readonly [string, DeployedWorkload] => [
      `${(textAt(entry, 'kind') ?? '').toLowerCase()}/${textAt(entry, 'name') ?? ''}`,
      {
        change: textAt(entry, 'change') ?? '',
        result: textAt(entry, 'result') ?? '',
        cause: textAt(entry, 'cause') ?? '',
      },
    ]),
  );
}
