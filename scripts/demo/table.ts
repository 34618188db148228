import type { PlayedStep } from './play.ts';
import { heading, line } from './say.ts';

const HEADER = ['step', 'result', 'seconds', 'what changed', ''] as const;

export function sayTable(steps: readonly PlayedStep[]): void {
  const rows = [HEADER, ...steps.map(cellsOf)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  heading('What happened');
  for (const row of rows) {
    line(
      row
        .map((cell, column) => align(cell, widths[column] ?? 0, column === SECONDS))
        .join('  ')
        .trimEnd(),
    );
  }
}

const SECONDS = 2;

function cellsOf({ title, result, seconds, whatChanged, isAsPromised }: PlayedStep, index: number): readonly string[] {
  return [
    `${index + 1} ${title}`,
    result,
    seconds.toFixed(1),
    whatChanged,
    isAsPromised ? 'as promised' : 'NOT as promised',
  ];
}

function align(cell: string, width: number, isNumber: boolean): string {
  return isNumber ? cell.padStart(width) : cell.padEnd(width);
}
