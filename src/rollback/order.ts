import { podTemplatePath } from '../kube/pod-template.ts';
import type { Touched } from './snapshot.ts';

/** These may refuse what is to be put back. */
const GATES = [
  'LimitRange',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'MutatingWebhookConfiguration',
  'ResourceQuota',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
];

/**
 * The order in which a run is undone, each step from its last change to its first: created gates, so that they refuse nothing; then what
 * pods read and need; then what runs pods, which so start with the old configuration; then the other created objects, which serve until
 * the old ones are back.
 */
export function inOrderOfRollback(touched: readonly Touched[]): readonly Touched[] {
  const isReplacement = (item: Touched): boolean =>
    item.how !== 'deleted' &&
    item.before === undefined &&
    touched.some((other) => other.path === item.path && other.how === 'deleted' && other.before !== undefined);
  return touched
    .filter((item) => !isReplacement(item))
    .toReversed()
    .toSorted((one, other) => stepOf(one) - stepOf(other));
}

function stepOf({ before, resource }: Touched): number {
  if (before === undefined) {
    return GATES.includes(resource.kind) ? 0 : 3;
  }
  return podTemplatePath(resource.kind) === undefined ? 1 : 2;
}
