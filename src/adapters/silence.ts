import type { Silence } from '../ports.ts';

export type SilenceWatch = {
  /** There was a line. */
  heard(): void;
  end(): void;
};

/** Calls `onStuck` once, when a command has printed nothing for some time and is stuck. Who cannot tell whether it is, is not asked again. */
export function watchSilence(silence: Silence | undefined, onStuck: () => void): SilenceWatch {
  if (silence === undefined) {
    return { heard: () => undefined, end: () => undefined };
  }
  const { everySeconds, isStuck } = silence;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  let sinceLine = 0;

  const wait = (quietSeconds: number): void => {
    clearTimeout(timer);
    timer = isOver ? undefined : setTimeout(() => void ask(quietSeconds + everySeconds), everySeconds * 1000);
  };
  const ask = async (quietSeconds: number): Promise<void> => {
    const asked = sinceLine;
    const stuck = await isStuck(quietSeconds).catch(() => undefined);
    // A line that came while somebody was asked is an answer, too.
    if (isOver || asked !== sinceLine || stuck === undefined) {
      return;
    }
    if (stuck) {
      isOver = true;
      onStuck();
    } else {
      wait(quietSeconds);
    }
  };
  wait(0);
  return {
    heard: () => {
      sinceLine += 1;
      wait(0);
    },
    end: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
