import type { DiffLine } from '../diff/hunks.ts';
import type { ObjectDiff } from '../diff/object-diff.ts';
import type { DiffVerb } from '../diff/subject.ts';
import { formatWorkload } from '../values/workload.ts';
import { harmless } from './harmless.ts';
import type { PlanFact } from './plan-fact.ts';

/** The words of a plan, padded to one width. */
const WIDTH = 10;

/** The log of a plan: a line for each object with what differs below it, the images, the restarts and the hash. */
export function planLines({ diffs, restarts, images, hash }: PlanFact): readonly string[] {
  return [
    ...diffs.flatMap((diff) => [objectLine(diff), ...diff.lines.map((line) => `    ${diffText(line)}`)]),
    ...images.map(
      ({ workload, container, before, after }) =>
        `${'image'.padEnd(WIDTH)} ${formatWorkload(workload)} in ${workload.namespace}, container ${container}: ${before ?? 'none'} → ${after}`,
    ),
    ...restarts.map(
      ({ workload, reason }) =>
        `${'restart'.padEnd(WIDTH)} ${formatWorkload(workload)} in ${workload.namespace} (${reason})`,
    ),
    `plan-hash: ${hash}`,
  ].map(harmless);
}

/** A line of a diff as editors and GitHub colour it. */
export function diffText({ mark, text }: DiffLine): string {
  return mark === '@' ? `@@ ${text} @@` : `${mark} ${text}`.trimEnd();
}

/** What would be done with an object, in a word. */
export function verbWord(verb: DiffVerb): string {
  return verb === 'none' ? 'unchanged' : verb;
}

/** "Deployment/server". */
export function objectName({ subject }: ObjectDiff): string {
  return `${subject.kind}/${subject.name}`;
}

/** What there is to say of an object of which no field differs, though the server would store it anew. */
export function unseenChange({ verb, lines }: ObjectDiff): string | undefined {
  return verb === 'change' && lines.length === 0
    ? 'no field, only who owns them or the notes of k8s-deploy'
    : undefined;
}

function objectLine(diff: ObjectDiff): string {
  const { namespace, file, line } = diff.subject;
  const place = file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`;
  const unseen = unseenChange(diff);
  return [
    `${verbWord(diff.verb).padEnd(WIDTH)} ${objectName(diff)}`,
    namespace === undefined ? '' : ` in ${namespace}`,
    place,
    unseen === undefined ? '' : `: ${unseen}`,
  ].join('');
}
