import { isRolloutKind } from '../values/workload.ts';
import type { SubjectRule } from '../values/subject.ts';
import { groupOf } from './object.ts';

/**
 * By which rule a kind is waited for; undefined for kinds that are finished once they are stored. Custom is what has a group that is not
 * Kubernetes' own: those have no dot, or end with ".k8s.io".
 */
export function subjectRuleOf({ apiVersion, kind }: KindOfObject): SubjectRule | undefined {
  const group = groupOf(apiVersion);
  if (group === 'apps') {
    return isRolloutKind(kind) ? kind : undefined;
  }
  if (group === 'batch') {
    return kind === 'Job' ? 'Job' : undefined;
  }
  if (group === '') {
    return kind === 'Pod' ? 'Pod' : undefined;
  }
  return group.includes('.') && !group.endsWith('.k8s.io') ? 'custom' : undefined;
}

type KindOfObject = { readonly apiVersion: string; readonly kind: string };
