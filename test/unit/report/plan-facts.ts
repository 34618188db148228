import { diffObject, type ObjectDiff } from '../../../src/diff/object-diff.ts';
import type { DiffVerb } from '../../../src/diff/subject.ts';
import type { PlanFact } from '../../../src/report/plan-fact.ts';
import type { NamedObject } from '../../../src/values/subject.ts';

export const HASH = 'ab'.repeat(32);

/** What would be done with a ConfigMap: its text becomes another. */
export function diffOf(verb: DiffVerb, name: string, before = 'old', after = 'new'): ObjectDiff {
  const sideOf = (text: string) => ({ kind: 'ConfigMap', metadata: { name }, data: { text } });
  return diffObject({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'shop',
    name,
    file: 'k8s/app.yaml',
    line: 3,
    verb,
    before: verb === 'create' ? undefined : sideOf(before),
    after: verb === 'delete' || verb === 'restart' ? undefined : sideOf(verb === 'none' ? before : after),
    sent: undefined,
  });
}

export function workload(name: string): NamedObject {
  return { kind: 'Deployment', namespace: 'shop', name };
}

export function planOf(more: Partial<PlanFact> = {}): PlanFact {
  return { diffs: [], restarts: [], images: [], hash: HASH, ...more };
}

export function imageOf(name: string, before: string | undefined, after: string): PlanFact['images'][number] {
  return { workload: workload(name), container: 'app', before, after };
}
