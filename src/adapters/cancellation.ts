import { DeployError } from '../errors.ts';

/** Told once, by a signal of the runner, that the run has to stop; everything that waits or starts something asks it. */
export type Cancellation = {
  readonly signal: AbortSignal;
  cancel(signalName: string): void;
  assertNotCancelled(): void;
  failure(): DeployError;
};

export function createCancellation(): Cancellation {
  const controller = new AbortController();
  let name = '';
  const failure = (): DeployError =>
    new DeployError('cancelled', `The run was cancelled (${name})`, {
      hint: 'What was changed already stays. Run the same commit again to finish it.',
    });
  return {
    signal: controller.signal,
    cancel: (signalName) => {
      name = signalName;
      controller.abort();
    },
    assertNotCancelled: () => {
      if (controller.signal.aborted) {
        throw failure();
      }
    },
    failure,
  };
}
