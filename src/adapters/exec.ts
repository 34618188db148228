import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { DeployError } from '../errors.ts';
import type { BackgroundProcess, Command, CommandResult, Exec, OutputLine, Silence } from '../ports.ts';
import type { Cancellation } from './cancellation.ts';
import { watchSilence } from './silence.ts';
import { stop } from './stop-child.ts';

const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

type OnLine = (line: OutputLine) => void;

/**
 * Children in process groups of their own, so that a signal reaches what they started too (a credential plugin, a build helper).
 * `@actions/exec` has neither a handle on the child nor a way to stop it, hence node:child_process.
 */
export function createExec(cancellation: Cancellation): Exec {
  return {
    run: async (command, onLine, silence) => {
      cancellation.assertNotCancelled();
      const result = await runToEnd(command, cancellation, onLine ?? (() => undefined), silence);
      if (command.isLetEnd !== true) {
        cancellation.assertNotCancelled();
      }
      return result;
    },
    start: async (command, readyText) => {
      cancellation.assertNotCancelled();
      return startInBackground(command, readyText, cancellation);
    },
  };
}

async function runToEnd(
  command: Command,
  cancellation: Cancellation,
  onLine: OnLine,
  silence: Silence | undefined,
): Promise<CommandResult> {
  const child = launch(command);
  const onCancel = (): void => stop(child);
  if (command.isLetEnd !== true) {
    cancellation.signal.addEventListener('abort', onCancel);
  }
  let timedOut = false;
  const onTimeout = (): void => {
    timedOut = true;
    stop(child);
  };
  const limit = (command.timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  const timer = setTimeout(onTimeout, Math.min(limit, LONGEST_TIMER_MILLISECONDS));
  const watch = watchSilence(silence, onTimeout);
  try {
    const result = await ending(child, command, (line) => {
      watch.heard();
      onLine(line);
    });
    return { ...result, timedOut };
  } finally {
    clearTimeout(timer);
    watch.end();
    cancellation.signal.removeEventListener('abort', onCancel);
  }
}

async function startInBackground(
  command: Command,
  readyText: string,
  cancellation: Cancellation,
): Promise<BackgroundProcess> {
  const child = launch(command);
  const onCancel = (): void => stop(child);
  cancellation.signal.addEventListener('abort', onCancel);
  const ready = Promise.withResolvers<void>();
  const exited = ending(child, command, (line) => {
    if (line.text.includes(readyText)) {
      ready.resolve();
    }
  }).finally(() => cancellation.signal.removeEventListener('abort', onCancel));
  exited.then(
    (result) => ready.reject(cancellation.signal.aborted ? cancellation.failure() : endedEarly(command, result)),
    (error: unknown) => ready.reject(error),
  );
  await ready.promise;
  return {
    exited,
    stop: async () => {
      stop(child);
      await exited;
    },
  };
}

function launch(command: Command): ChildProcess {
  const env = { ...environmentForChildren(), ...command.env };
  const child = spawn(command.tool, [...command.args], {
    cwd: command.cwd,
    env,
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  // A child that ends without reading its input breaks the pipe; its exit code tells more than that.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(command.stdin ?? '');
  return child;
}

async function ending(child: ChildProcess, command: Command, onLine: OnLine): Promise<CommandResult> {
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    const pipe = child[stream];
    if (pipe !== null) {
      pipe.setEncoding('utf8').on('data', (text: string) => {
        texts[stream] += text;
      });
      createInterface({ input: pipe }).on('line', (text) => onLine({ stream, text }));
    }
  }
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', (error) =>
      reject(
        new DeployError('tool-unavailable', `${command.tool} cannot be started: ${error.message}`, {
          hint: 'Is it there and executable?',
          cause: error,
        }),
      ),
    );
    child.on('close', (code) => resolve(code ?? 1));
  });
  return { exitCode, ...texts, timedOut: false };
}

/** Inputs hold secrets; no child needs them. */
function environmentForChildren(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('INPUT_')));
}

function endedEarly(command: Command, result: CommandResult): DeployError {
  const words = result.stderr.trim().split('\n').at(-1) ?? '';
  return new DeployError(
    'tool-unavailable',
    `${command.tool} ${command.args.find((arg) => !arg.startsWith('-')) ?? ''} ended at once: ${words}`,
  );
}
