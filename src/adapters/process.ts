/** A cancelled step gets SIGINT, SIGTERM 7.5 s later and is killed 2.5 s after that (actions/runner); we want to be gone long before. */
const GRACE_MILLISECONDS = 6000;

/** Calls back once, at the first signal that asks the process to end. */
export function onStopSignal(stop: (name: string) => void): void {
  let isStopping = false;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!isStopping) {
        isStopping = true;
        stop(name);
      }
    });
  }
}

/** Ends the process when it has not ended by itself in time. */
export function exitAfterGrace(lastWords: () => void): void {
  setTimeout(() => {
    lastWords();
    process.exit(1);
  }, GRACE_MILLISECONDS).unref();
}
