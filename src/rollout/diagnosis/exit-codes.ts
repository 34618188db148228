/** What exit codes mean: the shell's convention (126, 127, 128+signal), and what Kubernetes and common runtimes add to it. */

const CODES: Readonly<Record<number, string>> = {
  0: 'ended by itself without an error',
  1: 'an error of the application',
  2: 'wrong arguments, or a panic of a Go program',
  126: 'the command is there but cannot be executed',
  127: 'a command was not found',
  128: 'the container could not be started',
  255: 'an exit code out of range, or the node was restarted',
};

/** signal(7) of Linux, as far as signals end processes. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT, interrupted',
  3: 'SIGQUIT',
  4: 'SIGILL, an instruction that this processor does not have',
  5: 'SIGTRAP',
  6: 'SIGABRT, the program gave up by itself: a failed assertion, or no heap memory left',
  7: 'SIGBUS',
  8: 'SIGFPE, an arithmetic error',
  9: 'SIGKILL: out of memory, or it did not stop in time',
  10: 'SIGUSR1',
  11: 'SIGSEGV, a segmentation fault',
  12: 'SIGUSR2',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM, it was told to stop',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
  31: 'SIGSYS, a system call that is not allowed',
};

/** "killed by SIGSEGV, a segmentation fault" for 139; undefined for a code that only the application knows. */
export function exitMeaning(exitCode: number, word: string): string | undefined {
  if (word === 'OOMKilled') {
    return 'killed for want of memory';
  }
  const signal = SIGNALS[exitCode - 128];
  return signal === undefined ? CODES[exitCode] : `killed by ${signal}`;
}
