import { CONFIG_ROWS } from './config-rows.ts';
import { CRASH_ROWS } from './crash-rows.ts';
import { CREATION_ROWS } from './creation-rows.ts';
import { IMAGE_ROWS } from './image-rows.ts';
import { LOSS_ROWS, MOUNT_ROWS, SCHEDULE_ROWS } from './pod-rows.ts';
import type { Family, Row } from './row.ts';
import { WORKLOAD_ROWS } from './workload-rows.ts';

/** The whole table, what is more telling first: of several signals that are due the first row is given as the reason. */
export const ROWS: readonly Row[] = [
  ...WORKLOAD_ROWS,
  ...CREATION_ROWS,
  ...IMAGE_ROWS,
  ...CONFIG_ROWS,
  ...CRASH_ROWS,
  ...SCHEDULE_ROWS,
  ...MOUNT_ROWS,
  ...LOSS_ROWS,
];

/** What a row is looked up by. `matchText` is what the cluster said without the names that the user chose. */
export type Traits = {
  readonly words: readonly string[];
  readonly matchText: string;
  readonly exitCode?: number | undefined;
  readonly isInit?: boolean | undefined;
};

/** The first row of the family that fits; undefined where the cluster says nothing that is known to be wrong. */
export function rowOf(family: Family, { words, matchText, exitCode, isInit }: Traits): Row | undefined {
  return ROWS.find(
    ({ family: other, match }) =>
      other === family &&
      (match.words === undefined || match.words.some((word) => words.includes(word))) &&
      (match.text === undefined || match.text.test(matchText)) &&
      (match.exitCodes === undefined || (exitCode !== undefined && match.exitCodes.includes(exitCode))) &&
      (match.isInit === undefined || isInit === true),
  );
}

export function rankOf(row: Row): number {
  return ROWS.indexOf(row);
}
