import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

export interface DaemonCommand {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const STOP_GRACE_MS = 5_000;

/** One long-running part of the lab, with its output in `<logFolder>/<name>.log`. */
export class Daemon {
  readonly name: string;
  readonly #logPath: string;
  #command: DaemonCommand;
  #child: ChildProcess | undefined;
  #ended = Promise.resolve();
  #paused = false;

  constructor(command: DaemonCommand, logFolder: string) {
    this.name = command.name;
    this.#command = command;
    this.#logPath = join(logFolder, `${command.name}.log`);
  }

  get state(): string {
    const child = this.#child;
    if (child === undefined) return 'stopped';
    if (child.signalCode !== null) return `killed by ${child.signalCode}`;
    if (child.exitCode !== null) return `exited with code ${child.exitCode}`;
    return this.#paused ? 'paused' : 'running';
  }

  get pid(): number | undefined {
    return this.#isAlive() ? this.#child?.pid : undefined;
  }

  start(command: DaemonCommand = this.#command): void {
    if (this.#isAlive()) return;
    this.#command = command;
    const [program = '', ...args] = command.argv;
    const log = openSync(this.#logPath, 'a');
    const child = spawn(program, args, { env: { ...process.env, ...command.env }, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#ended = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    this.#child = child;
    this.#paused = false;
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.#isAlive()) return;
    this.resume();
    child.kill(signal);
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
    await this.#ended;
    clearTimeout(kill);
    this.#child = undefined;
  }

  pause(): void {
    this.#child?.kill('SIGSTOP');
    this.#paused = true;
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
    this.#paused = false;
  }

  #isAlive(): boolean {
    const child = this.#child;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }
}
