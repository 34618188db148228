import { inVerbOrder } from './access-messages.ts';
import { resourceOfRule, type Need } from './need.ts';

type Rule = { readonly group: string; readonly resources: readonly string[]; readonly verbs: readonly string[] };

/**
 * Exactly these rights as YAML, for `kubectl apply`: a Role for each namespace, and a ClusterRole for what is in none; all of this name,
 * sorted, without wildcards and without names of objects. Empty text for no rights.
 */
export function minimalRole(needs: readonly Need[], subjectName: string): string {
  const byNamespace = [...Map.groupBy(needs, ({ namespace }) => namespace ?? '')];
  return byNamespace
    .toSorted(([one], [other]) => compare(one, other))
    .map(([namespace, group]) => roleText(subjectName, namespace, rulesFor(group)))
    .join('---\n');
}

/** Resources of one group with the same verbs are one rule. */
function rulesFor(needs: readonly Need[]): readonly Rule[] {
  const byResource = [...Map.groupBy(needs, (need) => `${need.group}\n${resourceOfRule(need)}`).values()];
  const single = byResource.flatMap((group) => {
    const [need] = group;
    const verbs = inVerbOrder(group.map(({ verb }) => verb));
    return need === undefined ? [] : [{ group: need.group, resource: resourceOfRule(need), verbs }];
  });
  const alike = [...Map.groupBy(single, ({ group, verbs }) => `${group}\n${verbs.join()}`).values()];
  return alike
    .flatMap((rules): readonly Rule[] => {
      const [first] = rules;
      const resources = rules.map(({ resource }) => resource).toSorted(compare);
      return first === undefined ? [] : [{ group: first.group, resources, verbs: first.verbs }];
    })
    .toSorted((one, other) => compare(one.group, other.group) || compare(one.resources.join(), other.resources.join()));
}

function roleText(name: string, namespace: string, rules: readonly Rule[]): string {
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${namespace === '' ? 'ClusterRole' : 'Role'}`,
    'metadata:',
    `  name: ${quoted(name)}`,
    ...(namespace === '' ? [] : [`  namespace: ${quoted(namespace)}`]),
    'rules:',
    ...rules.flatMap(({ group, resources, verbs }) => [
      `  - apiGroups: [${quoted(group)}]`,
      `    resources: [${resources.map(quoted).join(', ')}]`,
      `    verbs: [${verbs.join(', ')}]`,
    ]),
    '',
  ].join('\n');
}

/** A plain scalar where YAML takes it for text, else in quotes: a namespace may be called "123", "null" or "on". */
function quoted(text: string): string {
  const isPlain = /^[a-z][a-z0-9./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/.test(text);
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`;
}

/** By code units, so that the text is the same everywhere. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
