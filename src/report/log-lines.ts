import { basename } from 'node:path';
import { formatProblem } from '../errors.ts';
import type { Command, Happening } from '../ports.ts';
import type { Outcome } from './outcome.ts';
import type { ObjectFact, WorkloadFact } from './facts.ts';
import { formatWorkload } from '../values/workload.ts';
import { harmless } from './harmless.ts';
import { rollbackLines } from './rollback.ts';
import { notesOf } from './verdict.ts';

/** The log lines of something that happened. */
export function linesOf(happening: Happening): readonly string[] {
  switch (happening.kind) {
    case 'changing':
      return [harmless(`# ${happening.subject}`), harmless(`$ ${commandLine(happening.command)}`)];
    case 'running':
      return [harmless(`$ ${commandLine(happening.command)}`)];
    case 'output':
      return [`  ${harmless(happening.text)}`];
    case 'state':
    case 'note':
      return [harmless(happening.text)];
    case 'warning':
      return [`warning: ${harmless(happening.text)}`];
  }
}

/** What a dry run found: a line for each object, and for each workload that gets new pods. */
export function plannedLines(objects: readonly ObjectFact[], workloads: readonly WorkloadFact[]): readonly string[] {
  const objectLines = objects.map(
    ({ kind, name, namespace, change }) =>
      `${change.padEnd(10)} ${kind}/${name}${namespace === undefined ? '' : ` in ${namespace}`}`,
  );
  const restarts = workloads
    .filter(({ because }) => because !== undefined)
    .map(({ workload, because }) => `restart    ${formatWorkload(workload)} (${because})`);
  return [...objectLines, ...restarts].map(harmless);
}

/** The end of the log: the verdict, every problem, and what to do. */
export function closingLines(outcome: Outcome): readonly string[] {
  const problems = outcome.problems.length > 1 ? outcome.problems : [];
  return [
    ...notesOf(outcome.facts).map((note) => `note: ${note}`),
    ...(outcome.facts.rollback === undefined ? [] : rollbackLines(outcome.facts.rollback)),
    `${outcome.result}: ${outcome.verdict}`,
    ...problems.flatMap((problem) => [
      `  - ${formatProblem(problem)}`,
      ...(problem.hint === undefined ? [] : [`    ${problem.hint}`]),
    ]),
    ...(outcome.hint === undefined ? [] : [outcome.hint]),
    ...(outcome.reason === undefined ? [] : [`reason: ${outcome.reason} (docs/failures.md#${outcome.reason})`]),
    ...(outcome.stack === undefined ? [] : outcome.stack.split('\n')),
  ].map(harmless);
}

/** A command as one could type it. What goes through stdin is said, not shown: it may hold secrets. */
export function commandLine(command: Command): string {
  const words = [basename(command.tool), ...command.args].map((word) =>
    /^[\w@%+=:,./{}[\]-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`,
  );
  return words.join(' ');
}
