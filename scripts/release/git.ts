import { execFileSync } from 'node:child_process';

/** What git prints, without the last line break. Throws, with what git said, when it fails. */
export function git(folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const printed = execFileSync('git', [...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return printed.trimEnd();
}
