import { spawnSync } from 'node:child_process';

/** Runs a command with its output shown; ends this process with the command's exit code when that is not 0. */
export function runOrExit(tool: string, args: readonly string[], cwd: string): void {
  const { status, error } = spawnSync(tool, [...args], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined) {
    console.error(`${tool} cannot be started: ${error.message}`);
  }
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}
