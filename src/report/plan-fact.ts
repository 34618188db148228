import type { ObjectDiff } from '../diff/object-diff.ts';
import { formatWorkload } from '../values/workload.ts';
import type { NamedObject } from '../values/subject.ts';

/** What a deploy would do. */
export type PlanFact = {
  /** In the order in which it would be done, with what would be deleted and what stays as it is. */
  readonly diffs: readonly ObjectDiff[];
  /** All restarts, also of workloads that are among the diffs. */
  readonly restarts: readonly { readonly workload: NamedObject; readonly reason: string }[];
  /** Containers that would get another image, with all that `set-image` names. */
  readonly images: readonly PlannedImage[];
  /** The output `plan-hash`: 64 hexadecimal digits. */
  readonly hash: string;
};

export type PlannedImage = {
  readonly workload: NamedObject;
  readonly container: string;
  readonly before: string | undefined;
  readonly after: string;
};

const NAMES_IN_SENTENCE = 3;

/** In the order in which they are told. */
const VERBS = ['change', 'create', 'replace', 'delete'] as const;

const PARTICIPLES = {
  change: 'change',
  create: 'be created',
  replace: 'be replaced',
  delete: 'be deleted',
} as const;

/** "2 objects would change, 1 would be created, deployment/agent would restart", or "Nothing would change". */
export function describePlan(plan: PlanFact): string {
  const counts = VERBS.map((verb) => ({ verb, count: plan.diffs.filter((diff) => diff.verb === verb).length }))
    .filter(({ count }) => count > 0)
    .map(({ verb, count }, index) => `${index === 0 ? objects(count) : count} would ${PARTICIPLES[verb]}`);
  const others = [
    sentence(withImagesAlone(plan), 'get another image'),
    sentence(
      plan.restarts.map(({ workload }) => workload),
      'restart',
    ),
  ].filter((part) => part !== undefined);
  const parts = [...counts, ...others];
  return parts.length === 0 ? 'Nothing would change' : parts.join(', ');
}

/** How many things would be done: objects, workloads that get an image alone, and restarts. */
export function plannedWorkCount(plan: PlanFact): number {
  const objects = plan.diffs.filter(({ verb }) => verb !== 'none' && verb !== 'restart');
  return objects.length + withImagesAlone(plan).length + plan.restarts.length;
}

/** Workloads that get another image and are not told of as objects already. */
function withImagesAlone({ images, diffs }: PlanFact): readonly NamedObject[] {
  const told = diffs.filter(({ verb }) => verb !== 'none' && verb !== 'restart').map(({ subject }) => keyOf(subject));
  const workloads = new Map(images.map(({ workload }) => [keyOf(workload), workload]));
  return [...workloads].filter(([key]) => !told.includes(key)).map(([, workload]) => workload);
}

function keyOf({ kind, namespace, name }: { kind: string; namespace: string | undefined; name: string }): string {
  return [kind, namespace ?? '', name].join('/');
}

function sentence(workloads: readonly NamedObject[], verb: string): string | undefined {
  if (workloads.length === 0) {
    return undefined;
  }
  const names =
    workloads.length > NAMES_IN_SENTENCE
      ? `${workloads.length} workloads`
      : new Intl.ListFormat('en').format(workloads.map(formatWorkload));
  return `${names} would ${verb}`;
}

function objects(count: number): string {
  return `${count} object${count === 1 ? '' : 's'}`;
}
