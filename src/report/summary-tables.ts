import type { PhrasingContent, RootContent } from 'mdast';
import { formatImageReference } from '../values/image.ts';
import { formatWorkload } from '../values/workload.ts';
import type { ObjectFact, PhaseFact, WorkloadFact } from './facts.ts';
import { code, table, text, type Cell } from './markdown.ts';
import type { Outcome } from './outcome.ts';
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

export function commitTable(outcome: Outcome): readonly RootContent[] {
  const { sha, images, isBuilt, tools } = outcome.facts;
  const rows: readonly (readonly Cell[])[] = [
    ...(sha === undefined ? [] : [['commit', [code(sha)]]]),
    ...images.map((image): readonly Cell[] => [isBuilt ? 'image built' : 'image', [code(formatImageReference(image))]]),
    ...tools.map((tool): readonly Cell[] => ['tool', tool]),
    ...(outcome.reason === undefined ? [] : [['reason', [code(outcome.reason)]] satisfies readonly Cell[]]),
  ];
  return rows.length === 0 ? [] : [table(['what', 'which'], rows)];
}

export function workloadTable(workloads: readonly WorkloadFact[]): RootContent {
  return table(
    ['workload', 'namespace', 'change', 'before → after', 'rollout', 'seconds'],
    workloads.map((fact) => [
      formatWorkload(fact.workload),
      fact.workload.namespace,
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
    code(before === undefined ? 'none' : shortImage(before)),
    text(' → '),
    code(shortImage(after)),
  ]);
}

/** The digest is long and the tag tells the commit: twelve digits of each are enough to compare. */
function shortImage(image: string): string {
  const [name = '', digest] = image.split('@sha256:');
  const short = name.replace(/:([0-9a-f]{40})$/, (_whole, sha: string) => `:${sha.slice(0, 12)}`);
  return digest === undefined ? short : `${short}@${digest.slice(0, 12)}`;
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
