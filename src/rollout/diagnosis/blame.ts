import { type NamedObject } from '../../values/subject.ts';
import type { JsonObject } from '../../values/json.ts';
import type { ContainerEvidence } from './diagnosis.ts';

/** Who is to blame for a rollout, and everything that a sentence about it may need. */
export type Blame = {
  readonly workload: NamedObject;
  /** The reason in the cluster's own word: "ErrImagePull". */
  readonly word: string;
  /** What the whole rollout came to: "made no progress within its deadline". */
  readonly verdict: string;
  /** What the cluster says of it. */
  readonly text: string;
  /** Attempts, restarts, the count of an event. */
  readonly observations: number;
  readonly container: ContainerEvidence | undefined;
  /** The line with which the application says why it ended. */
  readonly lastWords: string | undefined;
  readonly pod: JsonObject | undefined;
  readonly node: string | undefined;
  readonly podCount: number;
};

/** Sentences for one reason: `cause` has no full stop, `hint` says what to do. */
export type Explanation = {
  readonly cause: (blame: Blame) => string;
  readonly hint: (blame: Blame) => string;
};

/** "container server", "init container migrate". */
export function who({ container }: Blame): string {
  return container === undefined
    ? 'a container'
    : `${container.isInit ? 'init container' : 'container'} ${container.container}`;
}

/** ": the words", or nothing where there are none. */
export function tail(words: string | undefined): string {
  return words === undefined || words === '' ? '' : `: ${words}`;
}

/** "(ErrImagePull, 2 attempts)"; a single one is not counted. */
export function counted(word: string, number: number, noun: string): string {
  return number < 1 ? `(${word})` : `(${word}, ${number} ${noun}${number === 1 ? '' : 's'})`;
}

/** "(CrashLoopBackOff, 2 restarts)" */
export function afterRestarts({ container, word }: Blame): string {
  return counted(container?.word ?? word, container?.restarts ?? 0, 'restart');
}
