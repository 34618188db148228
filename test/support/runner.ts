import { spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Starts the bundle as the runner does: inputs in the environment, files for outputs, state and summary, masks applied to the log. */

const BUNDLE = join(import.meta.dirname, '../../dist/index.js');

export type StepOptions = {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly workspace: string;
  readonly sha?: string;
  readonly event?: { readonly name: string; readonly payload: unknown };
  /** Sends this signal as soon as the log has the text. */
  readonly signal?: undefined | { readonly name: NodeJS.Signals; readonly atText: string };
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
  /** What is left in RUNNER_TEMP after the post step. */
  readonly leftovers: readonly string[];
  readonly seconds: number;
};

/** Runs the main step and then the post step, with a RUNNER_TEMP and tool cache of their own. */
export async function runStep(options: StepOptions): Promise<StepResult> {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'));
  const temp = join(folder, 'temp');
  const files = {
    output: join(folder, 'output'),
    state: join(folder, 'state'),
    summary: join(folder, 'summary'),
    event: join(folder, 'event.json'),
  };
  mkdirSync(temp);
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
    GITHUB_OUTPUT: files.output,
    GITHUB_STATE: files.state,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_ACTIONS: 'true',
  };
  try {
    const started = performance.now();
    const main = await start(env, options);
    const seconds = (performance.now() - started) / 1000;
    const state = readCommandFile(files.state);
    const post = await start(
      { ...env, ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])) },
      { signal: undefined },
    );
    const raw = main.raw + post.raw;
    return {
      exitCode: main.exitCode,
      raw,
      log: asShown(raw),
      annotations: raw.split('\n').filter((line) => /^::(error|warning|notice)/.test(line)),
      outputs: readCommandFile(files.output),
      summary: masked(readFileSync(files.summary, 'utf8'), raw),
      leftovers: readdirSync(temp, { recursive: true, encoding: 'utf8' }),
      seconds,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));
}

async function start(
  env: Record<string, string | undefined>,
  options: Pick<StepOptions, 'signal'>,
): Promise<{ readonly exitCode: number; readonly raw: string }> {
  const child = spawn(process.execPath, [BUNDLE], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let raw = '';
  let isSignalled = false;
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.setEncoding('utf8').on('data', (text: string) => {
      raw += text;
      if (options.signal !== undefined && !isSignalled && raw.includes(options.signal.atText)) {
        isSignalled = true;
        child.kill(options.signal.name);
      }
    });
  }
  const exitCode = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)));
  return { exitCode, raw };
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
