/**
 * Arguments for bash to run a command of the user: it ends at the first failure, also one in a pipe or of a variable that is not set. Start-up files are
 * left out, which bash reads when its standard input is a socket, as it is for a child of Node (run_startup_files in bash's shell.c).
 */
export function bashArgs(command: string): readonly string[] {
  return ['--noprofile', '--norc', '-euo', 'pipefail', '-c', command];
}
