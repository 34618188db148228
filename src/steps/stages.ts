import { planBatches, type Batch } from '../apply/order.ts';
import { otherSubjectsOf, subjectsOf, type SubjectOfRun } from '../apply/subjects.ts';
import { waveOf } from '../kube/wave-annotation.ts';
import type { PlannedDeploy } from './prune.ts';

/** What is applied before something is waited for, and what that is. */
export type Stage = {
  readonly batch: Batch | undefined;
  readonly subjects: readonly SubjectOfRun[];
  /** Jobs that come first: their logs are shown as they are written. */
  readonly isEarly: boolean;
  /** After it, images are set and workloads are restarted. */
  readonly isLast: boolean;
};

/**
 * A stage for each wave. With Jobs that come first, the first wave is three: what must be there for anything to run, the Jobs, and then its
 * Services and workloads. What the manifests do not have is waited for after the last one.
 */
export function stagesOf(planned: PlannedDeploy): readonly Stage[] {
  const batches = planBatches(planned.changes);
  const waves = [...new Set(batches.map(({ wave }) => wave))];
  const [first = 0, ...later] = waves;
  const subjects = subjectsByWave(planned, waves.at(-1) ?? 0);
  const whole = (wave: number): readonly Batch[] => batches.filter((batch) => batch.wave === wave);
  const beginning =
    planned.preDeploy.length === 0
      ? [stage(whole(first), subjects.get(first) ?? [])]
      : [
          stage(
            whole(first).filter(({ part }) => part === 'configuration'),
            [],
          ),
          stage(planBatches(planned.preDeploy), otherSubjectsOf(planned.preDeploy), true),
          stage(
            whole(first).filter(({ part }) => part === 'rest'),
            subjects.get(first) ?? [],
          ),
        ];
  const all = [...beginning, ...later.map((wave) => stage(whole(wave), subjects.get(wave) ?? []))];
  return all.map((one, index) => ({ ...one, isLast: index === all.length - 1 }));
}

function joined(batches: readonly Batch[]): Batch | undefined {
  const [first] = batches;
  return first && { ...first, changes: batches.flatMap(({ changes }) => changes) };
}

function subjectsByWave(planned: PlannedDeploy, last: number): ReadonlyMap<number, readonly SubjectOfRun[]> {
  const waves = new Map(planned.changes.map(({ target }) => [target.path, waveOf(target.object)]));
  return Map.groupBy(subjectsOf(planned), ({ subject }) => waves.get(subject.path) ?? last);
}

function stage(batches: readonly Batch[], subjects: readonly SubjectOfRun[], isEarly = false): Stage {
  return { batch: joined(batches), subjects, isEarly, isLast: false };
}
