import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly input?: string;
  /** Where the command's own chatter goes while it runs; by default it is kept for the error message. */
  readonly stderr?: 'inherit';
}

/** Runs a command to its end and returns what it printed; a non-zero exit rejects with the last lines of its stderr. */
export async function run(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', options.stderr ?? 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A command that exits without reading its input must not bring us down with EPIPE: its exit code tells.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return stdout;
  const reason = stderr.trim().split('\n').slice(-15).join('\n');
  throw new Error(`${argv.join(' ')}: exit code ${code ?? 'none (killed)'}${reason === '' ? '' : `\n${reason}`}`);
}
