import type { DiffSubject } from '../../../src/diff/subject.ts';
import type { JsonObject } from '../../../src/values/json.ts';

/** A subject whose sides have kind and name; what is in both stays, what is in one comes or goes. */
export function subjectOf(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  more: Partial<DiffSubject> = {},
): DiffSubject {
  const { apiVersion = 'v1', kind = 'ConfigMap', name = 'a' } = more;
  const whole = (side: JsonObject | undefined): JsonObject | undefined =>
    side === undefined ? undefined : { apiVersion, kind, metadata: { name, namespace: 'shop' }, ...side };
  const verb = before === undefined ? 'create' : after === undefined ? 'delete' : 'change';
  return {
    apiVersion,
    kind,
    namespace: 'shop',
    name,
    file: 'k8s/app.yaml',
    line: 3,
    verb,
    sent: whole(after),
    ...more,
    before: whole(before),
    after: whole(after),
  };
}

export function deployment(containers: readonly JsonObject[], spec: JsonObject = {}): JsonObject {
  return { spec: { replicas: 1, ...spec, template: { spec: { containers } } } };
}

export const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'server' } as const;
