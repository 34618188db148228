import { objectsAt, valueAt } from '../values/json.ts';
import type { Need } from './need.ts';

/** One rule of what a user may, as a SelfSubjectRulesReview tells it. */
export type AccessRule = {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  /** Empty: all of them. */
  readonly names: readonly string[];
};

/** Of one object by its name; other verbs are about collections, which a rule with names never grants. */
const VERBS_OF_ONE = ['get', 'patch', 'update', 'delete'];

/** The rules in the answer to a SelfSubjectRulesReview; undefined when it says itself that there are more. */
export function rulesOf(review: unknown): readonly AccessRule[] | undefined {
  const isWhole = valueAt(review, 'status', 'incomplete') === false;
  return isWhole
    ? objectsAt(review, 'status', 'resourceRules').map((rule) => ({
        verbs: textsAt(rule, 'verbs'),
        groups: textsAt(rule, 'apiGroups'),
        resources: textsAt(rule, 'resources'),
        names: textsAt(rule, 'resourceNames'),
      }))
    : undefined;
}

/** Whether one of the rules grants it, by the words of RBAC (kubernetes pkg/apis/rbac/v1/evaluation_helpers.go). */
export function isGranted(need: Need, rules: readonly AccessRule[]): boolean {
  return rules.some(
    (rule) =>
      hasOrAll(rule.verbs, need.verb) &&
      hasOrAll(rule.groups, need.group) &&
      coversResource(rule.resources, need) &&
      (rule.names.length === 0 || coversName(rule.names, need)),
  );
}

function coversResource(resources: readonly string[], { resource, subresource }: Need): boolean {
  return subresource === undefined
    ? hasOrAll(resources, resource)
    : hasOrAll(resources, `${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}

function coversName(names: readonly string[], { verb, name }: Need): boolean {
  return name !== undefined && VERBS_OF_ONE.includes(verb) && names.includes(name);
}

function hasOrAll(words: readonly string[], word: string): boolean {
  return words.includes('*') || words.includes(word);
}

function textsAt(object: unknown, key: string): readonly string[] {
  const value = valueAt(object, key);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
