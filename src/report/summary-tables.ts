import type { PhrasingContent, RootContent } from 'mdast';
import { formatWorkload } from '../values/workload.ts';
import type { ObjectFact, PhaseFact, WorkloadFact } from './facts.ts';
import { imageChange } from './image-change.ts';
import { code, table, text, type Cell } from './markdown.ts';
import { causeOf } from './verdict.ts';
import { clip } from '../values/visible.ts';

const FIELDS_SHOWN = 4;

/** The whole of it is with the problems and the evidence. */
const LONGEST_CAUSE = 1000;

export const MARKS = {
  succeeded: '✅',
  failed: '❌',
  'timed-out': '⏱️',
  superseded: '⏭️',
  unfinished: '⚪',
  unknown: '❔',
  cancelled: '⚪',
} as const;

export function workloadTable(workloads: readonly WorkloadFact[], hasNamespaces: boolean): RootContent {
  return table(
    ['workload', ...(hasNamespaces ? ['namespace'] : []), 'change', 'before → after', 'rollout', 'seconds'],
    workloads.map((fact) => [
      formatWorkload(fact.workload),
      ...(hasNamespaces ? [fact.workload.namespace] : []),
      fact.because === undefined ? fact.change : `${fact.change}: ${fact.because}`,
      beforeAfter(fact),
      rolloutCell(fact),
      fact.outcome === undefined ? '' : fact.outcome.seconds.toFixed(1),
    ]),
  );
}

export function objectTable(objects: readonly ObjectFact[]): RootContent {
  return table(
    ['object', 'namespace', 'change', 'fields'],
    objects.map((object) => [
      `${object.kind}/${object.name}`,
      object.namespace ?? '',
      object.change,
      fieldsCell(object.fields),
    ]),
  );
}

export function phaseTable(phases: readonly PhaseFact[]): RootContent {
  return table(
    ['phase', 'seconds'],
    phases.map((phase) => [`${phase.title}${phase.isFailed ? ' ❌' : ''}`, phase.seconds.toFixed(1)]),
  );
}

function beforeAfter(fact: WorkloadFact): Cell {
  return fact.images.flatMap(({ container, before, after }, index): readonly PhrasingContent[] => [
    text(`${index === 0 ? '' : ', '}${container}: `),
    ...imageChange(before, after),
  ]);
}

function rolloutCell({ outcome }: WorkloadFact): Cell {
  return outcome === undefined
    ? 'not started'
    : [
        text(`${MARKS[outcome.result]} `),
        text(clip(outcome.result === 'succeeded' ? outcome.state : causeOf(outcome), LONGEST_CAUSE)),
        ...(outcome.reason === undefined ? [] : [text(' '), code(outcome.reason)]),
      ];
}

function fieldsCell(fields: readonly string[]): Cell {
  const shown = fields
    .slice(0, FIELDS_SHOWN)
    .flatMap((field, index): readonly PhrasingContent[] => [text(index === 0 ? '' : ', '), code(field)]);
  const rest = fields.length - FIELDS_SHOWN;
  return rest > 0 ? [...shown, text(` and ${rest} more`)] : shown;
}
